/// Words of which settings' names, labels and defaults are made. A value that consists of nothing else is no secret.
enum KnownWords {
    /// Whether the value is made of these words, of marks between them and of up to four digits here and there:
    /// `my-secret-password`, `Password123`. With capitals, digits and marks all at once it was meant as a password.
    static func make(_ value: ArraySlice<UInt8>) -> Bool {
        let shape = SecretShape(value)
        guard shape.count <= 64, shape.letters > 0, shape.others == 0, shape.sorts < 4 else { return false }
        var singles = 0
        let plain = value.map(Self.letter)
        for run in plain.split(whereSeparator: { !ByteClass.letters.contains($0) }) {
            // "v2" and "x509" have a letter that is no word; a digest has many.
            if run.count == 1 { singles += 1 }
            guard run.count == 1 ? singles <= 1 : isMade(Array(run)) else { return false }
        }
        return value.split(whereSeparator: { !ByteClass.digits.contains($0) }).allSatisfy { $0.count <= 4 }
    }

    /// The small letter that a byte stands for: `p@$$word` is a word of manuals, too.
    private static func letter(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "$"): UInt8(ascii: "s")
        default: TextScan.lowered(byte)
        }
    }

    /// Whether the small letters are some of the words, one behind the other.
    private static func isMade(_ letters: [UInt8]) -> Bool {
        var reached = [Bool](repeating: false, count: letters.count + 1)
        reached[0] = true
        for start in letters.indices where reached[start] {
            for length in 1...longest where start + length <= letters.count {
                let end = start + length
                if !reached[end], all.contains(Array(letters[start..<end])) { reached[end] = true }
            }
        }
        return reached[letters.count]
    }

    private static let all: Set<[UInt8]> = Set(
        """
        access account active actual add admin administrator age agent aladdin all allow an and anonymous any api app apple \
        application apply are arg args array as at attribute auth authentication author authorization aws azure back \
        backend bad bar base basic baz be bearer begin blank body bool boolean bot bucket build button by cache call \
        callback cert certificate change char check class clear client cloud cluster code col color column com \
        command common config configuration confirm confirmation confirmed connection consumer content context \
        control cookie count create credential credentials cross csrf current custom customer data database date db \
        debug default define delete demo deploy description dev developer development digest disable disabled \
        display do docker document domain done down edit editor element email empty en enable enabled encrypt \
        encrypted encryption end endpoint engine enter entity entry env environment equal error event expire expired \
        expires expiry external fail failed false field file filter find first fly foo foobared for forget forgot \
        form format forward free from full function gateway generate generated get github gitlab go goes good google \
        group guest handle handler has hash have header hello hidden hide hint holder home host http https icon id \
        identifier identity if image import in index info init initial inline input insecure instance int integer \
        internal invalid is issuer it item js json jwt key keys kind label last launch length letmein level lifetime \
        like limit link list live load local locale localhost location lock log login logout long machine mail main \
        make manage manager map master match max me member message meta method min mock mode model module mongo my \
        mysql name nested new next no node none not note null nullable number oauth object of off old on one only \
        open opensesame operator option optional options or order origin other out output override owner page param \
        contrasena contrasenya haslo heslo kennwort konto motdepasse salasana senha sifre usuari usuario \
        parameter parent parola part pass passcode passe passphrase passwd passwort password passwords path pattern pg phrase pin plain \
        platform policy pool port position postgres postgresql prefix present primary principal print private prod \
        product production profile project prompt property protected provider proxy public push put pw pwd query \
        qwerty rabbitmq raw re read readonly real record redirect redis ref reference refresh regex region register \
        registry release remember remote remove repeat replace repository request required reset resource response \
        rest restore result retry right role root route row rule run same sample save schema scheme scope script \
        search second secret secrets section secure security select self send server service sesame session set \
        setting settings setup shared short should show sign signature signed signin signing signup simple single \
        site size slack some source space spec spring sql ssh ssl staging start state static status stop storage \
        store strength string strong style sub subject submit success suffix super support switch swordfish system \
        table tag target task temp template temporary test tester testing text that the this three time title tls to \
        token tokens tool top true try two type undefined unique unknown up update upload url use user username \
        using valid validate validation validator value values var variable verify version via view visible \
        wachtwoord wait we weak web webhook welcome with word work worker world wrong yes you your zero
        """.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) })

    private static let longest = all.map(\.count).max() ?? 1
}

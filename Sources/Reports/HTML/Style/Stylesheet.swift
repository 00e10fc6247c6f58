/// The page's style. On paper the light shades are used, whatever the screen shows.
enum Stylesheet {
    static let text = """
        :root{color-scheme:light dark;\(Ink.properties { $0.shades.light })}
        @media screen and (prefers-color-scheme:dark){:root{\(Ink.properties { $0.shades.dark })}}
        \(page)\(tables)\(charts)\(small)\(paper)
        """

    private static let page = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Noto Sans","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
        header,main,footer{max-width:1160px;margin:0 auto;padding:0 20px}
        a{color:var(--link)}
        h1{font-size:26px;line-height:1.25;margin:0}
        h2{font-size:21px;line-height:1.3;margin:40px 0 12px}
        h3{font-size:17px;line-height:1.35;margin:24px 0 8px}
        .sheet>h3{margin-top:0}
        p{margin:8px 0}
        code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em}
        pre{white-space:pre-wrap;margin:8px 0}
        .faint,.note,.key,.reading{color:var(--faint);font-size:14px}
        .skip{position:absolute;left:-999px}
        .skip:focus{left:8px;top:8px;background:var(--sheet);padding:8px}
        .verdict{border:1px solid;border-left-width:10px;border-radius:8px;padding:18px 22px;margin:24px 0 16px}
        .verdict.pass{color:var(--pass);background:var(--passSheet)}
        .verdict.fail{color:var(--fail);background:var(--failSheet)}
        .verdict.open{color:var(--open);background:var(--openSheet)}
        .verdict .symbol{display:inline-block;min-width:1.2em}
        .verdict .name{color:var(--text);font-weight:600}
        .verdict p{color:var(--text);font-size:17px;margin:6px 0 0}
        .facts{display:flex;flex-wrap:wrap;gap:6px 26px;margin:12px 0;padding:0}
        .facts div{min-width:0}
        .facts dt{color:var(--faint);font-size:13px}
        .facts dd{margin:0;font-weight:600}
        nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:16px 0 0;padding:0;font-size:15px}
        .badge{display:inline-block;border-radius:4px;padding:1px 8px;font-size:13px;font-weight:700;white-space:nowrap}
        .badge.pass{color:var(--pass);background:var(--passSheet)}
        .badge.fail{color:var(--fail);background:var(--failSheet)}
        .badge.open{color:var(--open);background:var(--openSheet)}
        .sheet,.why li{background:var(--sheet);border:1px solid var(--edge);border-radius:8px;padding:14px 18px;margin:12px 0}
        .why{list-style:none;padding:0;margin:0}
        .why .what{font-weight:600}
        .why .more{font-weight:400;font-size:14px;margin-left:8px;white-space:nowrap}
        details{border-top:1px solid var(--edge);padding:7px 0}
        summary{cursor:pointer;display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline}
        summary::before{content:"▸";color:var(--faint);width:.9em}
        details[open]>summary::before{content:"▾"}
        summary .badge{min-width:9.4em}
        summary .check{font-weight:600;min-width:15em}
        summary .seen{flex:1 1 16em;color:var(--faint)}
        details>div{padding:4px 0 8px 1.6em}
        pre.answer{border-left:3px solid var(--edge);padding-left:10px;color:var(--faint)}
        details.all{border:0}
        details.all>div{padding-left:0}
        .pairs{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 14px;margin:6px 0}
        .pairs dt{color:var(--faint)}
        .pairs dd{margin:0}
        :target{outline:2px solid var(--link);outline-offset:3px}
        footer{margin:48px auto 32px;color:var(--faint);font-size:14px}

        """

    private static let tables = """
        .scroll{overflow-x:auto;background:var(--sheet);border:1px solid var(--edge);border-radius:8px;margin:12px 0}
        table{border-collapse:collapse;width:100%;font-size:15px}
        th,td{text-align:left;vertical-align:top;padding:8px 12px;border-top:1px solid var(--edge)}
        thead th{background:var(--head);border-top:0;font-size:13px;color:var(--faint);white-space:nowrap}
        tbody th{font-weight:600}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .cards td:first-child{min-width:7em}
        .cards .figure{white-space:nowrap}
        td .note,th .note{margin:2px 0 0;font-weight:400}
        .wide,.cards{overflow-wrap:break-word}
        .wide td,.wide th{max-width:26em}
        th button{all:unset;cursor:pointer;white-space:nowrap}
        th button:hover,th button:focus-visible{text-decoration:underline}
        th[aria-sort=ascending] button::after{content:" ▲"}
        th[aria-sort=descending] button::after{content:" ▼"}
        .wide th:first-child,.wide td:first-child{min-width:11em}
        td.bad{color:var(--fail);font-weight:600}

        """

    private static let charts = """
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr));gap:16px;margin:12px 0}
        figure{margin:0;background:var(--sheet);border:1px solid var(--edge);border-radius:8px;padding:14px 16px 8px;min-width:0}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:4px 0 0;padding:0;font-size:14px}
        .legend li{display:flex;align-items:center;gap:6px}
        .sample{width:28px;height:12px;flex:none}
        .ramp{width:108px;height:12px;vertical-align:-1px}
        .chart{display:block;width:100%;height:auto;margin-top:6px;overflow:visible}
        .chart text{font-size:12.5px;fill:var(--faint)}
        .chart .row-label{fill:var(--text)}
        .chart .limit-label{fill:var(--limit);stroke:var(--sheet);stroke-width:4px;paint-order:stroke;font-weight:600}
        .grid{stroke:var(--grid)}
        .axis{stroke:var(--band);fill:none}
        .line,.steps,.whisker,.limit,.crosses{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .dots{fill:none;stroke-width:6;stroke-linecap:round}
        .crosses{stroke-width:1.6}
        .area{fill-opacity:.22;stroke:none}
        .limit{stroke:var(--limit);stroke-dasharray:7 4;stroke-linecap:butt}
        .band{fill:var(--band);fill-opacity:.2}
        .rail,.lane .track{fill:var(--grid)}
        .mark,.lane .mark{stroke:var(--text);stroke-width:1.4;stroke-dasharray:3 3;fill:none;vector-effect:non-scaling-stroke}
        .chart .mark-label{fill:var(--text);stroke:var(--sheet);stroke-width:4px;paint-order:stroke;font-weight:600}
        .lanes{margin:6px 0 0}
        .lanes h3{font-size:13px;color:var(--faint);margin:10px 0 0;font-weight:600}
        .lane p{font-size:14px;line-height:1.35;margin:4px 0 1px}
        .lane svg{display:block;width:100%;height:12px}
        .lane .fault{fill:var(--fail);stroke:none}
        .lane .tick{stroke:var(--ink3);stroke-width:3;fill:none;vector-effect:non-scaling-stroke}
        .lane .bracket{stroke:var(--ink1);stroke-width:2.5;fill:none;vector-effect:non-scaling-stroke}
        .lane .blur{fill:var(--ink1);fill-opacity:.25}
        .ink1{stroke:var(--ink1)}.ink2{stroke:var(--ink2)}.ink3{stroke:var(--ink3)}
        .ink4{stroke:var(--ink4)}.ink5{stroke:var(--ink5)}.ink6{stroke:var(--ink6)}.ink0{stroke:var(--ink0)}
        .area.ink1,.bar.ink1{fill:var(--ink1)}.area.ink2,.bar.ink2{fill:var(--ink2)}.area.ink3,.bar.ink3{fill:var(--ink3)}
        .area.ink4,.bar.ink4{fill:var(--ink4)}.area.ink5,.bar.ink5{fill:var(--ink5)}.area.ink6,.bar.ink6{fill:var(--ink6)}
        .area.ink0,.bar.ink0{fill:var(--ink0)}
        .line.ink2{stroke-dasharray:9 4}.line.ink3{stroke-dasharray:2 4}.line.ink4{stroke-dasharray:10 3 2 3}
        .line.ink5{stroke-dasharray:5 3}.line.ink6{stroke-dasharray:1 5 6 5}.line.ink0{stroke-dasharray:4 4;stroke-width:1.6}
        .bar{stroke:none}
        .heat1{fill:var(--heat1)}.heat2{fill:var(--heat2)}.heat3{fill:var(--heat3)}
        .heat4{fill:var(--heat4)}.heat5{fill:var(--heat5)}.heat6{fill:var(--heat6)}
        .interval .whisker,.interval .dots{stroke:var(--ink6)}
        .interval.pass .whisker,.interval.pass .dots{stroke:var(--pass)}
        .interval.fail .whisker,.interval.fail .dots{stroke:var(--fail)}
        .interval.open .whisker,.interval.open .dots{stroke:var(--open)}
        .readings rect{fill:transparent}
        .readings rect:hover{fill:var(--point);fill-opacity:.18}
        .reading{min-height:1.5em;margin:2px 0 0;font-variant-numeric:tabular-nums}

        """

    /// Up to the width of a phone, drawings shrink: their texts grow against them. Tables of verdicts become cards.
    private static let small = """
        @media (max-width:560px){
        header,main,footer{padding:0 12px}
        h1{font-size:22px}
        .verdict{padding:14px 14px}
        .sheet,.why li{padding:12px 14px}
        figure{padding:12px 8px 6px}
        .chart text{font-size:19px}
        .chart .limit-label{font-size:17px}
        summary .badge,summary .check{min-width:0}
        .line,.steps,.whisker,.limit{stroke-width:3}
        .cards thead{position:absolute;left:-9999px}
        .cards tbody,.cards tr,.cards td,.cards th{display:block;border:0;padding:0;text-align:left}
        .cards tbody{border-top:1px solid var(--edge);padding:10px 14px}
        .cards tbody:first-of-type{border-top:0}
        .cards td,.cards tbody th{padding:2px 0;white-space:normal}
        .cards td[data-label]::before{content:attr(data-label) ": ";color:var(--faint);font-size:14px}
        .cards td:empty,.cards td.none{display:none}
        .pairs{grid-template-columns:minmax(0,1fr);gap:0}
        .pairs dd{margin-bottom:4px}
        }

        """

    private static let paper = """
        @media print{
        @page{margin:14mm}
        body{background:none;font-size:10.5pt}
        header,main,footer{max-width:none;padding:0}
        nav,.skip,.reading{display:none}
        .charts{grid-template-columns:1fr 1fr;gap:10px}
        .chart text{font-size:19px}
        .chart .limit-label{font-size:16px}
        h2,h3{break-after:avoid}
        figure,tr,.why li,.verdict{break-inside:avoid}
        .scroll{overflow:visible}
        th,td{padding:4px 6px}
        table{font-size:9.5pt}
        a{color:inherit;text-decoration:none}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        }
        """
}

// Runs a program on one set of processors, and says at the end on descriptor 3 what it used: microseconds of processor time, and
// kilobytes of memory at most. A small process of its own, since what the parent of a program holds counts as the program's peak.
// Usage: bench-run PROCESSORS COMMAND…     (PROCESSORS: a mask, 1 the first, 3 both)
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count < 3) return 64;
    unsigned long mask = strtoul(arguments[1], NULL, 10);
    cpu_set_t processors;
    CPU_ZERO(&processors);
    for (int number = 0; number < 64; number++)
        if (mask >> number & 1) CPU_SET(number, &processors);
    pid_t child = fork();
    if (child == 0) {
        sched_setaffinity(0, sizeof processors, &processors);
        close(3);
        execvp(arguments[2], arguments + 2);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) return 70;
    dprintf(3, "%lld %ld\n",
        (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec,
        usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}

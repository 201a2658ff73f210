#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct entry *find(const struct entry *entries, const char *name) {
    for (; entries->name; entries++) {
        if (strcmp(entries->name, name) == 0) {
            return entries;
        }
    }
    fprintf(stderr, "there is no entry \"%s\"\n", name);
    exit(2);
}

void serve(const struct entry *entries) {
    char request[256];
    while (fgets(request, sizeof request, stdin)) {
        request[strcspn(request, "\r\n")] = '\0';
        char *name;
        long rounds = strtol(request, &name, 10);
        if (name == request || *name != ' ') {
            fprintf(stderr, "\"%s\" does not begin with a number of rounds\n", request);
            exit(2);
        }
        printf("%lld\n", find(entries, name + 1)->time(rounds));
        fflush(stdout);
    }
}

long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void check(const char *what, long is, long expected) {
    if (is != expected) {
        fprintf(stderr, "%s: %ld, and should be %ld\n", what, is, expected);
        exit(1);
    }
}

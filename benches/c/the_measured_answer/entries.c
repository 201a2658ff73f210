/* The measured answer in C: what does the attribute `cleanup` cost?
 *
 *     cargo bench -p benches --bench the_measured_answer -- other_languages
 *
 * The attribute is an extension of gcc's and clang's: the function is called with the variable's address wherever the
 * variable's scope is left. No round is inlined, as in the other languages. */

#include "rounds.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define CLEANUP(function) __attribute__((cleanup(function)))
#define NOINLINE __attribute__((noinline))

/* Lock, work, add one, unlock. */

struct counter {
    pthread_mutex_t lock;
    long count;
};

static void unlock(struct counter **held) { pthread_mutex_unlock(&(*held)->lock); }

static NOINLINE void lock_by_hand(struct counter *counter) {
    pthread_mutex_lock(&counter->lock);
    work();
    counter->count++;
    pthread_mutex_unlock(&counter->lock);
}

static NOINLINE void lock_by_cleanup(struct counter *counter) {
    pthread_mutex_lock(&counter->lock);
    CLEANUP(unlock) struct counter *held = counter;
    work();
    held->count++;
}

static long long locked(long rounds, void (*round)(struct counter *)) {
    struct counter counter = {.lock = PTHREAD_MUTEX_INITIALIZER, .count = 0};
    long long start = now();
    for (long i = 0; i < rounds; i++) {
        round(&counter);
    }
    long long elapsed = now() - start;
    check("the lock is still locked", pthread_mutex_trylock(&counter.lock), 0);
    check("the number behind the lock", counter.count, rounds);
    pthread_mutex_unlock(&counter.lock);
    return elapsed;
}

static long long time_lock_by_hand(long rounds) { return locked(rounds, lock_by_hand); }
static long long time_lock_by_cleanup(long rounds) { return locked(rounds, lock_by_cleanup); }

/* Work and a call for each turn of a loop: the call is written down, or it is a cleanup. */

struct room {
    long entered, left;
};

static void enter(struct room *room) { room->entered++; }
static void leave(struct room *room) { room->left++; }
static void end_visit(struct room **visit) { leave(*visit); }

static NOINLINE void loop_by_hand(struct room *room, long turns) {
    for (long i = 0; i < turns; i++) {
        enter(room);
        work();
        leave(room);
    }
}

static NOINLINE void loop_by_cleanup(struct room *room, long turns) {
    for (long i = 0; i < turns; i++) {
        enter(room);
        CLEANUP(end_visit) struct room *visit = room;
        work();
    }
}

static void check_visits(const struct room *room, long visits) {
    check("those who have entered", room->entered, visits);
    check("those who have left", room->left, visits);
}

static long long looped(long rounds, void (*turns)(struct room *, long)) {
    struct room room = {0, 0};
    long long start = now();
    turns(&room, rounds);
    long long elapsed = now() - start;
    check_visits(&room, rounds);
    return elapsed;
}

static long long time_loop_by_hand(long rounds) { return looped(rounds, loop_by_hand); }
static long long time_loop_by_cleanup(long rounds) { return looped(rounds, loop_by_cleanup); }

/* A function that fails while it holds something: it goes to the line that gives it back, or has it cleaned up. */

static NOINLINE int fails(void) {
    work();
    return -1;
}

static NOINLINE int failure_by_goto(struct room *room) {
    enter(room);
    int error = fails();
    if (error) {
        goto out;
    }
    work();
out:
    leave(room);
    return error;
}

static NOINLINE int failure_by_cleanup(struct room *room) {
    enter(room);
    CLEANUP(end_visit) struct room *visit = room;
    int error = fails();
    if (error) {
        return error;
    }
    work();
    return 0;
}

static long long failed(long rounds, int (*round)(struct room *)) {
    struct room room = {0, 0};
    long failures = 0;
    long long start = now();
    for (long i = 0; i < rounds; i++) {
        failures += round(&room) != 0;
    }
    long long elapsed = now() - start;
    check_visits(&room, rounds);
    check("failures", failures, rounds);
    return elapsed;
}

static long long time_failure_by_goto(long rounds) { return failed(rounds, failure_by_goto); }
static long long time_failure_by_cleanup(long rounds) { return failed(rounds, failure_by_cleanup); }

static const struct entry entries[] = {
    {"lock, by hand", time_lock_by_hand},
    {"lock, cleanup", time_lock_by_cleanup},
    {"loop, direct call", time_loop_by_hand},
    {"loop, cleanup", time_loop_by_cleanup},
    {"failure, goto", time_failure_by_goto},
    {"failure, cleanup", time_failure_by_cleanup},
    {NULL, NULL},
};

int main(void) {
    serve(entries);
    return 0;
}

/* Answers the Rust harness: how long do so many rounds take? */
#ifndef ROUNDS_H
#define ROUNDS_H

/* Does a number of rounds and returns the nanoseconds that they took. It stops the clock before it checks the result,
 * and ends the program if the result is wrong. */
struct entry {
    const char *name;
    long long (*time)(long rounds);
};

/* Answers each line "ROUNDS ENTRY" by a line with the nanoseconds that the rounds took, until there are no more lines.
 * So the harness can time C and Rust in turns, in the same run, with the same statistics. The last entry has no name. */
void serve(const struct entry *entries);

/* The time, from some fixed moment on, in nanoseconds. */
long long now(void);

/* Ends the program if a number is not what it should be. */
void check(const char *what, long is, long expected);

/* The smallest piece of work that may go wrong, as far as the compiler can tell. It is in a file of its own, so that a
 * compiler that compiles file by file knows nothing about it. */
void work(void);

#endif

/*
 * An allocator that fails on purpose, and counts what is alive, so that leaks are found without a sanitizer too.
 *
 * It stands behind weir_set_allocator(), so all memory of the library comes through it. One per process: Criterion runs
 * every test in a process of its own.
 */
#ifndef TESTS_KIT_FAULTS_H
#define TESTS_KIT_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/* Put the allocator in place: before the library is used. It fails nothing yet. */
void faults_install(void);

/* The `number`th allocation from now on fails, 1 being the next; 0: none does. */
void faults_fail_once(size_t number);

/* The `number`th allocation from now on fails, and all after it. */
void faults_fail_from(size_t number);

/* No more failures. */
void faults_stop(void);

/* Whether an allocation has failed since faults_fail_once() or faults_fail_from(). */
bool faults_hit(void);

/* Allocations and reallocations so far, also failed ones. */
size_t faults_allocations(void);

/* Blocks alive, those of the calling thread's free lists not counted. */
size_t faults_live_blocks(void);

#endif

/* timing: how the benchmarks measure. Contenders of one row take turns, so that load from elsewhere meets all alike. */
#ifndef WEIR_BENCH_TIMING_H
#define WEIR_BENCH_TIMING_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BENCH_MAX_REPETITIONS 101

/* Nanoseconds per item. Contention only adds: the minimum is the cost, the median tells how quiet the machine was. */
struct bench_timing {
	double median;
	double minimum;
};

struct bench_contender {
	uint64_t (*run)(uint64_t items); /* NULL: skipped, and every figure is 0 */
	uint64_t items;
	struct bench_timing timing; /* filled in by bench_measure() */
	uint64_t checksum; /* of the last repetition */
};

static inline uint64_t bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* The compiler must assume that the value is read and changed here. */
#define BENCH_LAUNDER(variable) __asm__ volatile("" : "+r"(variable) : : "memory")

static inline int bench_compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts the samples. */
static inline struct bench_timing bench_summarise(double *samples, size_t count)
{
	qsort(samples, count, sizeof(*samples), bench_compare_doubles);
	return (struct bench_timing){ .median = samples[count / 2], .minimum = samples[0] };
}

/* One untimed warm-up of each contender, then `repetitions` rounds in which each runs once. */
static inline void bench_measure(struct bench_contender *contenders, size_t count, unsigned repetitions)
{
	static double samples[16][BENCH_MAX_REPETITIONS];

	if (count > 16)
		count = 16;
	if (repetitions < 1)
		repetitions = 1;
	if (repetitions > BENCH_MAX_REPETITIONS)
		repetitions = BENCH_MAX_REPETITIONS;
	for (size_t i = 0; i < count; i++)
		if (contenders[i].run)
			contenders[i].checksum = contenders[i].run(contenders[i].items);
	for (unsigned round = 0; round < repetitions; round++)
		for (size_t i = 0; i < count; i++) {
			struct bench_contender *contender = &contenders[i];
			uint64_t start;

			if (!contender->run)
				continue;
			start = bench_now();
			contender->checksum = contender->run(contender->items);
			samples[i][round] = (double)(bench_now() - start) / (double)contender->items;
		}
	for (size_t i = 0; i < count; i++)
		if (contenders[i].run)
			contenders[i].timing = bench_summarise(samples[i], repetitions);
}

static inline void *bench_idle_thread_main(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

/*
 * Keeps a second thread alive until the process ends. glibc and libstdc++ skip atomics and locks while a process has
 * one thread, so figures taken without this flatter whoever uses them. Returns 0 or an errno.
 */
static inline int bench_start_idle_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, bench_idle_thread_main, NULL);

	if (!error)
		pthread_detach(thread);
	return error;
}

#endif

/* peer: how a workload on a C library is timed. Usage: PEER W9 WARM_UP_SECONDS REPETITIONS; PEER --rows */
#ifndef WEIR_BENCH_PEER_H
#define WEIR_BENCH_PEER_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../baseline.h"
#include "../../timing.h"

#define PEER_TIMERS UINT64_C(1000000)

static inline void *peer_checked(void *memory)
{
	if (memory == NULL) {
		fputs("peer: out of memory\n", stderr);
		abort();
	}
	return memory;
}

/* Memory and timers are made in the first run, which is a warm-up. */
static inline int peer_main(
	int argc, char **argv, const char *name, const char *version, uint64_t (*run)(uint64_t items))
{
	double samples[BENCH_MAX_REPETITIONS];
	struct bench_timing timing;
	unsigned repetitions;
	uint64_t start;
	uint64_t checksum;
	uint64_t warm_ups = 0;

	if (argc == 2 && strcmp(argv[1], "--rows") == 0) {
		puts("W9");
		return 0;
	}
	repetitions = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
	if (repetitions < 1 || repetitions > BENCH_MAX_REPETITIONS || strcmp(argv[1], "W9") != 0)
		return 2;
	if (bench_start_idle_thread() != 0)
		return 1;
	start = bench_now();
	do {
		checksum = run(PEER_TIMERS);
		warm_ups++;
	} while ((double)(bench_now() - start) < strtod(argv[2], NULL) * 1e9);
	printf("{\"peer\": \"%s\", \"version\": \"%s\", \"row\": \"W9\", \"items\": %" PRIu64
	       ", \"warm_up_seconds\": %.3f, \"warm_up_items\": %" PRIu64,
		name, version, PEER_TIMERS, (double)(bench_now() - start) / 1e9, warm_ups * PEER_TIMERS);
	for (unsigned repetition = 0; repetition < repetitions; repetition++) {
		start = bench_now();
		checksum = run(PEER_TIMERS);
		samples[repetition] = (double)(bench_now() - start) / (double)PEER_TIMERS;
	}
	timing = bench_summarise(samples, repetitions);
	printf(", \"checksum\": \"%016" PRIx64 "\", \"minimum\": %.3f, \"median\": %.3f}\n", checksum, timing.minimum,
		timing.median);
	return 0;
}

#endif

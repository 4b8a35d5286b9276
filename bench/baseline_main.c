/*
 * baseline_main: prints what the workloads cost in hand-written C on this machine. Usage: bench-baseline [row...]
 * bench-baseline --checksum ROW ITEMS: what a library must compute for so many items.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"
#include "timing.h"

#define REPETITIONS 9

/* Returns whether the two variants agree. */
static int print_row(const struct bench_row *row)
{
	struct bench_contender contenders[] = {
		{ .run = row->inlined, .items = row->items },
		{ .run = row->opaque, .items = row->items },
	};
	int agree;

	bench_measure(contenders, 2, REPETITIONS);
	agree = !row->inlined || contenders[0].checksum == contenders[1].checksum;
	printf("%-5s %10.2f %10.2f %10.2f %10.2f  %016" PRIx64 "%s  %s\n", row->name, contenders[0].timing.minimum,
		contenders[0].timing.median, contenders[1].timing.minimum, contenders[1].timing.median,
		contenders[1].checksum, agree ? "" : " MISMATCH", row->what);
	fflush(stdout);
	return agree;
}

int main(int argc, char **argv)
{
	int failures = 0;

	if (argc == 4 && strcmp(argv[1], "--checksum") == 0 && bench_find_row(argv[2])) {
		printf("%016" PRIx64 "\n", bench_find_row(argv[2])->opaque(strtoull(argv[3], NULL, 10)));
		return 0;
	}
	if (bench_start_idle_thread()) {
		fputs("bench-baseline: cannot start a thread\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++)
		if (!bench_find_row(argv[i])) {
			fprintf(stderr, "bench-baseline: no row '%s'; the rows are W1 to W11 and W10o\n", argv[i]);
			return 2;
		}
	printf("ns per item; inlined has no function calls, opaque calls every user function through a pointer\n");
	printf("%-5s %21s %21s\n", "", "inlined", "opaque");
	printf("%-5s %10s %10s %10s %10s  %-16s\n", "row", "min", "median", "min", "median", "checksum");
	for (const struct bench_row *row = bench_rows; row->name; row++) {
		int wanted = argc == 1;

		for (int i = 1; i < argc; i++)
			wanted |= strcmp(argv[i], row->name) == 0;
		if (wanted)
			failures += !print_row(row);
	}
	return failures ? 1 : 0;
}

/* weir-bench: the workloads of rows.h beside the hand-written C of the same process. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"
#include "rows.h"
#include "timing.h"

static void print_usage(FILE *stream)
{
	fputs("usage: weir-bench [--csv] [--only ROW]... [--repetitions N]\n"
	      "Nanoseconds per item: weir, hand-written C with the same functions called through pointers, the ratio "
	      "of\n"
	      "the two, and hand-written C with everything inlined. Minimum of the repetitions; a second thread is "
	      "alive.\n",
		stream);
}

static bool is_wanted(const char *name, char *const *wanted, size_t count)
{
	for (size_t index = 0; index < count; index++)
		if (strcmp(wanted[index], name) == 0)
			return true;
	return count == 0;
}

/* Returns whether the two sides computed the same. */
static bool measure_row(const struct weir_row *row, unsigned repetitions, bool csv)
{
	const struct bench_row *baseline = bench_find_row(row->baseline);
	struct bench_contender contenders[] = {
		{ .run = row->run, .items = baseline->items },
		{ .run = baseline->opaque, .items = baseline->items },
		{ .run = baseline->inlined, .items = baseline->items },
	};
	const char *what = row->what != NULL ? row->what : baseline->what;

	bench_measure(contenders, 3, repetitions);

	double own = contenders[0].timing.minimum;
	double hand = contenders[1].timing.minimum;
	bool agree = contenders[0].checksum == contenders[1].checksum;

	if (csv)
		printf("%s,%.3f,%.3f,%.3f,%.3f,%.3f,\"%s\"\n", row->name, own, contenders[0].timing.median, hand,
			own / hand, contenders[2].timing.minimum, what);
	else
		printf("%-6s %9.2f %9.2f %7.2fx %9.2f  %s\n", row->name, own, hand, own / hand,
			contenders[2].timing.minimum, what);
	if (!agree)
		fprintf(stderr, "weir-bench: %s computed %016" PRIx64 ", the hand-written C %016" PRIx64 "\n",
			row->name, contenders[0].checksum, contenders[1].checksum);
	fflush(stdout);
	return agree;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "csv", no_argument, NULL, 'c' },
		{ "only", required_argument, NULL, 'o' },
		{ "repetitions", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	char *wanted[32];
	size_t wanted_count = 0;
	unsigned repetitions = 7;
	bool csv = false;
	bool agree = true;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			csv = true;
			break;
		case 'o':
			if (wanted_count < sizeof wanted / sizeof *wanted)
				wanted[wanted_count++] = optarg;
			break;
		case 'r':
			repetitions = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'h':
			print_usage(stdout);
			return 0;
		default:
			print_usage(stderr);
			return 2;
		}
	}
	for (size_t index = 0; index < wanted_count; index++) {
		if (weir_row_find(wanted[index]) == NULL) {
			fprintf(stderr, "weir-bench: there is no row %s\n", wanted[index]);
			return 2;
		}
	}
	if (!weir_rows_open() || bench_start_idle_thread() != 0) {
		fputs("weir-bench: cannot make a loop and a second thread\n", stderr);
		return 1;
	}
	if (csv)
		puts("row,weir,weir_median,hand,ratio,inlined,what");
	else
		printf("%-6s %9s %9s %8s %9s  ns per item\n", "row", "weir", "hand C", "ratio", "inlined");
	for (const struct weir_row *row = weir_rows; row->name != NULL; row++)
		if (is_wanted(row->name, wanted, wanted_count))
			agree &= measure_row(row, repetitions, csv);
	weir_rows_close();
	return agree ? 0 : 1;
}

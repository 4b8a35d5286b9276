/* weir-bench: the workloads of rows.h beside the hand-written C of the same process. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"
#include "rows.h"
#include "timing.h"

#define DEFAULT_REPETITIONS 9

enum contender { OWN, ARRAYS, OPAQUE, INLINED, CONTENDERS };

static const char *const contender_names[CONTENDERS] = { "weir", "arrays", "opaque", "inlined" };

struct result {
	const struct weir_row *row;
	const struct bench_row *baseline;
	const char *what;
	struct bench_contender contenders[CONTENDERS];
	double ratio; /* of the minima, to hand-written C with opaque functions */
	double arrays_ratio; /* 0 without an array form */
};

/* How results are printed. */
struct format {
	void (*begin)(unsigned repetitions);
	void (*print)(const struct result *result, bool is_first);
	void (*end)(void);
};

static void print_usage(FILE *stream)
{
	fprintf(stream,
		"usage: weir-bench [--csv | --json] [--only ROW]... [--repetitions N] | --rows\n"
		"Nanoseconds per item of weir, of weir where the user's functions take arrays, of hand-written C "
		"which\n"
		"calls the same functions through pointers, and of hand-written C with everything inlined: minimum "
		"and\n"
		"median of %d repetitions, unless told otherwise, after a warm-up. The ratios are those of the minima "
		"to\n"
		"hand-written C with pointers. A second thread is alive.\n",
		DEFAULT_REPETITIONS);
}

static void text_begin(unsigned repetitions)
{
	printf("ns per item: minimum (median) of %u; the ratios are to hand C through pointers\n", repetitions);
	printf("%-6s %18s %18s %18s %18s %8s %8s\n", "row", "weir", "weir, arrays", "hand C, pointers",
		"hand C, inlined", "ratio", "arrays");
}

static void text_print(const struct result *result, bool is_first)
{
	(void)is_first;
	printf("%-6s", result->row->name);
	for (int index = 0; index < CONTENDERS; index++) {
		const struct bench_contender *contender = &result->contenders[index];

		if (contender->run != NULL)
			printf(" %8.2f (%7.2f)", contender->timing.minimum, contender->timing.median);
		else
			printf(" %18s", "-");
	}
	printf(" %7.2fx", result->ratio);
	if (result->arrays_ratio > 0)
		printf(" %7.2fx", result->arrays_ratio);
	else
		printf(" %8s", "-");
	printf("  %s\n", result->what);
}

static void text_end(void)
{
}

static void csv_begin(unsigned repetitions)
{
	(void)repetitions;
	fputs("row", stdout);
	for (int index = 0; index < CONTENDERS; index++)
		printf(",%s,%s_median", contender_names[index], contender_names[index]);
	puts(",ratio,arrays_ratio,checksum,what");
}

static void csv_print(const struct result *result, bool is_first)
{
	(void)is_first;
	fputs(result->row->name, stdout);
	for (int index = 0; index < CONTENDERS; index++) {
		const struct bench_contender *contender = &result->contenders[index];

		if (contender->run != NULL)
			printf(",%.3f,%.3f", contender->timing.minimum, contender->timing.median);
		else
			fputs(",,", stdout);
	}
	printf(",%.3f,", result->ratio);
	if (result->arrays_ratio > 0)
		printf("%.3f", result->arrays_ratio);
	printf(",%016" PRIx64 ",\"%s\"\n", result->contenders[OWN].checksum, result->what);
}

static void json_begin(unsigned repetitions)
{
	printf("{\"repetitions\": %u, \"rows\": [", repetitions);
}

static void json_print(const struct result *result, bool is_first)
{
	printf("%s\n\t{\"row\": \"%s\", \"workload\": \"%s\", \"what\": \"%s\", \"item\": \"%s\", \"items\": %" PRIu64
	       ", \"checksum\": \"%016" PRIx64 "\"",
		is_first ? "" : ",", result->row->name, result->row->baseline, result->what, result->baseline->item,
		result->baseline->items, result->contenders[OWN].checksum);
	for (int index = 0; index < CONTENDERS; index++) {
		const struct bench_contender *contender = &result->contenders[index];

		if (contender->run != NULL)
			printf(", \"%s\": {\"minimum\": %.3f, \"median\": %.3f}", contender_names[index],
				contender->timing.minimum, contender->timing.median);
		else
			printf(", \"%s\": null", contender_names[index]);
	}
	printf(", \"ratio\": %.3f", result->ratio);
	if (result->arrays_ratio > 0)
		printf(", \"arrays_ratio\": %.3f}", result->arrays_ratio);
	else
		fputs(", \"arrays_ratio\": null}", stdout);
}

static void json_end(void)
{
	puts("\n]}");
}

static const struct format text_format = { text_begin, text_print, text_end };
static const struct format csv_format = { csv_begin, csv_print, text_end };
static const struct format json_format = { json_begin, json_print, json_end };

static struct result measure(const struct weir_row *row, unsigned repetitions)
{
	const struct bench_row *baseline = bench_find_row(row->baseline);
	struct result result = {
		.row = row,
		.baseline = baseline,
		.what = row->what != NULL ? row->what : baseline->what,
		.contenders = {
			[OWN] = { .run = row->run, .items = baseline->items },
			[ARRAYS] = { .run = row->arrays, .items = baseline->items },
			[OPAQUE] = { .run = baseline->opaque, .items = baseline->items },
			[INLINED] = { .run = baseline->inlined, .items = baseline->items },
		},
	};
	double hand;

	bench_measure(result.contenders, CONTENDERS, repetitions);
	hand = result.contenders[OPAQUE].timing.minimum;
	result.ratio = result.contenders[OWN].timing.minimum / hand;
	result.arrays_ratio = result.contenders[ARRAYS].timing.minimum / hand;
	return result;
}

/* Whether all sides computed the same. */
static bool agrees(const struct result *result)
{
	uint64_t expected = result->contenders[OPAQUE].checksum;
	bool all_agree = true;

	for (int index = 0; index < CONTENDERS; index++) {
		const struct bench_contender *contender = &result->contenders[index];

		if (contender->run == NULL || contender->checksum == expected)
			continue;
		fprintf(stderr, "weir-bench: %s, %s: computed %016" PRIx64 ", not %016" PRIx64 "\n", result->row->name,
			contender_names[index], contender->checksum, expected);
		all_agree = false;
	}
	return all_agree;
}

static bool is_wanted(const char *name, char *const *wanted, size_t count)
{
	for (size_t index = 0; index < count; index++)
		if (strcmp(wanted[index], name) == 0)
			return true;
	return count == 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "csv", no_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "only", required_argument, NULL, 'o' },
		{ "repetitions", required_argument, NULL, 'r' },
		{ "rows", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const struct format *format = &text_format;
	char *wanted[32];
	size_t wanted_count = 0;
	unsigned long repetitions = DEFAULT_REPETITIONS;
	bool is_first = true;
	bool all_agree = true;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			format = &csv_format;
			break;
		case 'j':
			format = &json_format;
			break;
		case 'o':
			if (weir_row_find(optarg) == NULL) {
				fprintf(stderr, "weir-bench: there is no row %s\n", optarg);
				return 2;
			}
			if (wanted_count < sizeof wanted / sizeof *wanted)
				wanted[wanted_count++] = optarg;
			break;
		case 'r':
			repetitions = strtoul(optarg, NULL, 10);
			if (repetitions < 1 || repetitions > BENCH_MAX_REPETITIONS) {
				fprintf(stderr, "weir-bench: repetitions are 1 to %d\n", BENCH_MAX_REPETITIONS);
				return 2;
			}
			break;
		case 'n':
			for (const struct weir_row *row = weir_rows; row->name != NULL; row++)
				puts(row->name);
			return 0;
		case 'h':
			print_usage(stdout);
			return 0;
		default:
			print_usage(stderr);
			return 2;
		}
	}
	if (optind < argc) {
		print_usage(stderr);
		return 2;
	}
	if (!weir_rows_open() || bench_start_idle_thread() != 0) {
		fputs("weir-bench: cannot make a loop and a second thread\n", stderr);
		return 1;
	}
	format->begin((unsigned)repetitions);
	for (const struct weir_row *row = weir_rows; row->name != NULL; row++) {
		struct result result;

		if (!is_wanted(row->name, wanted, wanted_count))
			continue;
		result = measure(row, (unsigned)repetitions);
		format->print(&result, is_first);
		fflush(stdout);
		is_first = false;
		all_agree &= agrees(&result);
	}
	format->end();
	weir_rows_close();
	return all_agree ? 0 : 1;
}

/*
 * weir-vectors: run recorded vectors of RxJS (FORMAT.md beside them) through weir and compare.
 *
 * The closing line is `N passed, N failed, N skipped`; the exit status is 0 when nothing failed and something was run.
 */
#include "vectors.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { USAGE_ERROR = 2 };

static const char usage[] =
	"usage: weir-vectors [options] FILE-OR-DIRECTORY …\n"
	"\n"
	"Runs the vectors of the files (*.jsonl; of a directory all of them, and those of its folder ties/).\n"
	"\n"
	"  --tier core|ties|all  which vectors; default: core\n"
	"  --op NAME             only vectors with this operator; may be given several times: any of them\n"
	"  --id ID               only the vector with this id\n"
	"  --accept-order        count as skipped what in tier ties differs by nothing but the order within frames\n"
	"  --verbose             for each failure what was expected and what came, as marbles and as JSON\n"
	"  --help                this text\n"
	"\n"
	"Exit status: 0 when nothing failed and something was run, 1 otherwise, 2 for bad usage or an unreadable "
	"file.\n";

struct options {
	const char *tier; /* NULL: all */
	const char **operators;
	size_t operator_count;
	const char *id;
	bool verbose;
	bool accepts_order;
};

struct totals {
	size_t passed, failed, skipped, remarks;
	size_t orders[ORDER_UNEXPLAINED + 1];
	bool is_unreadable;
};

static bool is_selected(const struct options *options, weir_value document)
{
	struct weir_iterator iterator = weir_iterate(weir_get(document, "ops"));
	weir_value name;

	if (options->tier != NULL && !weir_is_string(weir_get(document, "tier"), options->tier))
		return false;
	if (options->id != NULL && !weir_is_string(weir_get(document, "id"), options->id))
		return false;
	if (options->operator_count == 0)
		return true;
	while (weir_iterator_next(&iterator, NULL, &name))
		for (size_t i = 0; i < options->operator_count; i++)
			if (weir_is_string(name, options->operators[i]))
				return true;
	return false;
}

static void run_line(const struct options *options, struct totals *totals, const char *path, size_t number,
	const char *text, size_t length)
{
	weir_value document = weir_parse_json(text, length, NULL);

	if (weir_kind(document) != WEIR_KIND_MAP) {
		fprintf(stderr, "weir-vectors: %s:%zu: %s\n", path, number,
			weir_is_error(document) ? weir_error_message(weir_as_error(document)) : "this is no object");
		totals->failed++;
	} else if (is_selected(options, document)) {
		struct outcome outcome = run_case(document);

		if (!outcome.passed && weir_is_string(weir_get(document, "tier"), "ties")) {
			outcome.order = classify_order(document, &outcome);
			totals->orders[outcome.order]++;
		}
		if (outcome.passed)
			totals->passed++;
		else if (options->accepts_order && outcome.order != ORDER_NOT_CHECKED &&
			 outcome.order != ORDER_UNEXPLAINED)
			totals->skipped++;
		else
			totals->failed++;
		totals->remarks += outcome.is_remark;
		report_case(document, &outcome, options->verbose);
		outcome_free(&outcome);
	}
	weir_release(document);
}

static void run_file(const struct options *options, struct totals *totals, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0, number = 0;
	ssize_t length;

	if (file == NULL) {
		fprintf(stderr, "weir-vectors: %s: %s\n", path, strerror(errno));
		totals->is_unreadable = true;
		return;
	}
	errno = 0;
	while ((length = getline(&line, &size, file)) >= 0) {
		number++;
		if (strspn(line, " \t\r\n") < (size_t)length)
			run_line(options, totals, path, number, line, (size_t)length);
		errno = 0;
	}
	if (ferror(file)) {
		fprintf(stderr, "weir-vectors: %s: %s\n", path, strerror(errno));
		totals->is_unreadable = true;
	}
	free(line);
	fclose(file);
}

static int is_vector_file(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && strcmp(dot, ".jsonl") == 0;
}

static void run_directory(const struct options *options, struct totals *totals, const char *path)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, is_vector_file, alphasort);

	if (count < 0) {
		fprintf(stderr, "weir-vectors: %s: %s\n", path, strerror(errno));
		totals->is_unreadable = true;
	}
	for (int i = 0; i < count; i++) {
		char file[4096];

		snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
		run_file(options, totals, file);
		free(names[i]);
	}
	free(names);
}

static void run_path(const struct options *options, struct totals *totals, const char *path)
{
	struct stat status;
	char ties[4096];

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		run_directory(options, totals, path);
		snprintf(ties, sizeof ties, "%s/ties", path);
		if (stat(ties, &status) == 0 && S_ISDIR(status.st_mode))
			run_directory(options, totals, ties);
	} else {
		run_file(options, totals, path);
	}
}

static void fail_usage(const char *message, const char *what)
{
	fprintf(stderr, "weir-vectors: %s%s%s\n\n%s", message, what == NULL ? "" : ": ", what == NULL ? "" : what,
		usage);
	exit(USAGE_ERROR);
}

static void set_tier(struct options *options, const char *tier)
{
	if (strcmp(tier, "core") != 0 && strcmp(tier, "ties") != 0 && strcmp(tier, "all") != 0)
		fail_usage("this is no tier", tier);
	options->tier = strcmp(tier, "all") == 0 ? NULL : tier;
}

/* The value of the option at `*index`: behind it, or behind its `=`. NULL when it is another option. */
static const char *option_value(char **arguments, int count, int *index, const char *name)
{
	const char *argument = arguments[*index];
	size_t length = strlen(name);

	if (strncmp(argument, name, length) != 0)
		return NULL;
	if (argument[length] == '=')
		return argument + length + 1;
	if (argument[length] != '\0')
		return NULL;
	if (*index + 1 == count)
		fail_usage("this option wants a value", name);
	return arguments[++*index];
}

static void report_orders(const size_t *orders)
{
	if (orders[ORDER_REORDERED] + orders[ORDER_STEERED] + orders[ORDER_STEERED_STEPWISE] +
			orders[ORDER_UNEXPLAINED] ==
		0)
		return;
	printf("of those that differ in tier ties:\n"
	       "  %4zu reordered within frames\n"
	       "  %4zu steered by the order within frames\n"
	       "  %4zu steered by the order within frames, step by step\n"
	       "  %4zu unexplained\n",
		orders[ORDER_REORDERED], orders[ORDER_STEERED], orders[ORDER_STEERED_STEPWISE],
		orders[ORDER_UNEXPLAINED]);
}

int main(int count, char **arguments)
{
	struct options options = { .tier = "core" };
	struct totals totals = { 0 };
	const char **paths = calloc((size_t)count, sizeof *paths);
	size_t path_count = 0;
	bool takes_options = true;

	options.operators = calloc((size_t)count, sizeof *options.operators);
	if (paths == NULL || options.operators == NULL)
		fail_usage("out of memory", NULL);
	for (int i = 1; i < count; i++) {
		const char *value;

		if (!takes_options || arguments[i][0] != '-') {
			paths[path_count++] = arguments[i];
		} else if (strcmp(arguments[i], "--") == 0) {
			takes_options = false;
		} else if (strcmp(arguments[i], "--help") == 0) {
			fputs(usage, stdout);
			free(paths);
			free(options.operators);
			return 0;
		} else if (strcmp(arguments[i], "--verbose") == 0) {
			options.verbose = true;
		} else if (strcmp(arguments[i], "--accept-order") == 0) {
			options.accepts_order = true;
		} else if ((value = option_value(arguments, count, &i, "--tier")) != NULL) {
			set_tier(&options, value);
		} else if ((value = option_value(arguments, count, &i, "--op")) != NULL) {
			if (!operator_is_known(value))
				fail_usage("no operator is called", value);
			options.operators[options.operator_count++] = value;
		} else if ((value = option_value(arguments, count, &i, "--id")) != NULL) {
			options.id = value;
		} else {
			fail_usage("this is no option", arguments[i]);
		}
	}
	if (path_count == 0)
		fail_usage("there is nothing to run", NULL);
	for (size_t i = 0; i < path_count; i++)
		run_path(&options, &totals, paths[i]);
	free(paths);
	free(options.operators);
	report_orders(totals.orders);
	if (totals.remarks > 0)
		printf("%zu of those passed differ in subscriptions of no duration\n", totals.remarks);
	printf("%zu passed, %zu failed, %zu skipped\n", totals.passed, totals.failed, totals.skipped);
	if (totals.is_unreadable)
		return USAGE_ERROR;
	return totals.failed > 0 || totals.passed == 0;
}

/*
 * weir-instructions: one workload of rows.h, run once over a given number of items, for a tool that counts instructions.
 * Two runs with different numbers tell what an item costs, however noisy the machine is: scripts/instructions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static void print_rows(void)
{
	for (const struct weir_row *row = weir_rows; row->name != NULL; row++) {
		puts(row->name);
		if (row->arrays != NULL)
			printf("%s/arrays\n", row->name);
	}
}

/* "W1", or "W1/arrays" for the form with functions that take arrays. NULL if there is no such row. */
static uint64_t (*find_workload(const char *name))(uint64_t items)
{
	size_t length = strcspn(name, "/");

	for (const struct weir_row *row = weir_rows; row->name != NULL; row++)
		if (strlen(row->name) == length && strncmp(row->name, name, length) == 0)
			return name[length] == '\0'		       ? row->run
			       : strcmp(name + length, "/arrays") == 0 ? row->arrays
								       : NULL;
	return NULL;
}

int main(int argc, char **argv)
{
	uint64_t (*run)(uint64_t items) = argc == 3 ? find_workload(argv[1]) : NULL;
	uint64_t items = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (argc == 2 && strcmp(argv[1], "--rows") == 0) {
		print_rows();
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--configuration") == 0) {
		puts(BENCH_CONFIGURATION);
		return 0;
	}
	if (run == NULL || items == 0) {
		fputs("usage: weir-instructions ROW[/arrays] ITEMS | --rows | --configuration\n", stderr);
		return 2;
	}
	if (!weir_rows_open()) {
		fputs("weir-instructions: no memory\n", stderr);
		return 1;
	}
	printf("%" PRIu64 "\n", run(items));
	weir_rows_close();
	return 0;
}

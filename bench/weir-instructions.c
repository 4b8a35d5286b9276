/*
 * weir-instructions: one workload of rows.h, run once over a given number of items, for a tool that counts instructions.
 * Two runs with different numbers tell what an item costs, however noisy the machine is: scripts/instructions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "rows.h"

int main(int argc, char **argv)
{
	const struct weir_row *row = argc == 3 ? weir_row_find(argv[1]) : NULL;
	uint64_t items = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (row == NULL || items == 0) {
		fputs("usage: weir-instructions ROW ITEMS\n", stderr);
		return 2;
	}
	if (!weir_rows_open()) {
		fputs("weir-instructions: no memory\n", stderr);
		return 1;
	}
	printf("%" PRIu64 "\n", row->run(items));
	weir_rows_close();
	return 0;
}

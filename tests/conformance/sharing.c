/* Operators of FORMAT.md §11, Multicasting, and connectables. */
#include "vectors.h"

const struct operator_row sharing_operators[] = {
	{ 0 },
};

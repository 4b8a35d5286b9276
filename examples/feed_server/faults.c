/* Faults: what happens to the n-th occasion of a place follows from the seed alone, not from timing. See main.c. */
#include <math.h>

#include "feed_server.h"

uint64_t dice(const struct server *server, enum place place, uint64_t occasion)
{
	uint64_t z = (uint64_t)server->options.seed * 0x9e3779b97f4a7c15u + ((uint64_t)place << 56) + occasion;

	for (int round = 0; round < 2; round++) { /* splitmix64 */
		z += 0x9e3779b97f4a7c15u;
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		z ^= z >> 31;
	}
	return z;
}

/* Returns which of `kinds` faults, or -1 for none. */
int draw_fault(const struct server *server, enum place place, uint64_t occasion, int kinds)
{
	uint64_t drawn = dice(server, place, occasion);

	if ((double)(drawn >> 32) >= server->options.faults * 4294967296.0)
		return -1;
	return (int)((drawn & 0xffffffffu) % (unsigned)kinds);
}

/* Decides whether a fault may happen now, given how many happened just before. */
int bounded_fault(int fault, int *in_a_row)
{
	if (fault >= 0 && *in_a_row < FAULTS_IN_A_ROW) {
		++*in_a_row;
		return fault;
	}
	*in_a_row = 0;
	return -1;
}

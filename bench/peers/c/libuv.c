/* libuv: W9. Its clock stands still between turns of the loop. */
#include <uv.h>

#include "peer.h"

static void expired(uv_timer_t *timer)
{
	(void)timer;
	abort();
}

static uint64_t run(uint64_t items)
{
	static uv_timer_t *timers;
	uint64_t random = BENCH_RANDOM_SEED;
	uint64_t checksum = 0;

	if (timers == NULL) {
		timers = peer_checked(calloc(items, sizeof *timers));
		for (uint64_t item = 0; item < items; item++)
			uv_timer_init(uv_default_loop(), &timers[item]);
	}
	for (uint64_t item = 0; item < items; item++)
		uv_timer_start(&timers[item], expired, bench_random_due(&random), 0);
	for (uint64_t item = 0; item < items; item++) {
		checksum += uv_timer_get_due_in(&timers[item]);
		uv_timer_stop(&timers[item]);
	}
	return checksum;
}

int main(int argc, char **argv)
{
	return peer_main(argc, argv, "libuv", uv_version_string(), run);
}

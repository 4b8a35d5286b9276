/* A duration in the largest unit that shows it exactly, for messages: `250 ms`. */
#ifndef WEIR_KIT_DURATION_TEXT_H
#define WEIR_KIT_DURATION_TEXT_H

#include <stdio.h>

#include <weir/time.h>

struct weir_duration_text {
	char text[32];
};

static inline struct weir_duration_text weir_duration_text(weir_duration duration)
{
	static const struct {
		weir_duration size;
		const char *name;
	} units[] = { { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" } };
	struct weir_duration_text result;
	size_t unit = 0;

	while (duration % units[unit].size != 0)
		unit++;
	snprintf(result.text, sizeof result.text, "%lld %s", (long long)(duration / units[unit].size),
		units[unit].name);
	return result;
}

#endif

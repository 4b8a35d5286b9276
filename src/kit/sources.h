/*
 * Observables that a configuration holds: the inputs of merge, zip and their kind. They are subscribed to borrowed, so
 * running them touches no reference count.
 */
#ifndef WEIR_KIT_SOURCES_H
#define WEIR_KIT_SOURCES_H

#include <weir/combining.h>
#include <weir/operator.h>

struct weir_sources {
	weir_observable **items;
	weir_value *names; /* strings, one for each; NULL: they have none */
	size_t count;
};

/*
 * Take a constructor's array: each observable is consumed, the array is copied.
 *
 * @return NULL, and `ret_sources` is filled; or what the constructor of `stage` is to return, and everything was
 * released
 */
weir_observable *weir_sources_take(
	struct weir_sources *ret_sources, const char *stage, weir_observable *const *sources, size_t count);

/* As weir_sources_take() for entries, up to the one without a name; the names are copied. */
weir_observable *weir_sources_take_entries(
	struct weir_sources *ret_sources, const char *stage, const struct weir_entry *entries);

void weir_sources_release(struct weir_sources *sources);

/* For `config_holds`: a struct weir_sources. */
extern const struct weir_holding weir_holds_sources;

#endif

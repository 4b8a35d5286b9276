/* Observables that a configuration holds. See kit/sources.h. */
#include "kit/sources.h"

#include <string.h>

#include "base/allocator.h"
#include "core/block.h"
#include "kit/failed.h"

void weir_sources_release(struct weir_sources *sources)
{
	for (size_t index = 0; index < sources->count; index++) {
		weir_unref(sources->items[index]);
		if (sources->names != NULL)
			weir_release(sources->names[index]);
	}
	weir_deallocate(sources->items);
	weir_deallocate(sources->names);
	*sources = (struct weir_sources){ 0 };
}

static void release_sources(void *member)
{
	weir_sources_release(member);
}

static void share_sources(void *member)
{
	struct weir_sources *sources = member;

	for (size_t index = 0; index < sources->count; index++) {
		weir_across_threads(sources->items[index]);
		if (sources->names != NULL)
			weir_value_share(sources->names[index]);
	}
}

const struct weir_holding weir_holds_sources = { release_sources, share_sources };

/* Consumes the sources and makes the answer of the constructor. */
static weir_observable *no_memory(struct weir_sources *sources)
{
	weir_sources_release(sources);
	return weir_failed(NULL, weir_no_memory());
}

weir_observable *weir_sources_take(
	struct weir_sources *ret_sources, const char *stage, weir_observable *const *sources, size_t count)
{
	*ret_sources = (struct weir_sources){ 0 };
	if (count == 0)
		return NULL;
	if (sources == NULL)
		return weir_reject(NULL, stage, "the array of sources is NULL and should hold %zu", count);

	weir_observable **items = weir_allocate(count * sizeof *items);

	if (items == NULL) {
		for (size_t index = 0; index < count; index++)
			weir_unref(sources[index]);
		return weir_failed(NULL, weir_no_memory());
	}
	memcpy(items, sources, count * sizeof *items);
	*ret_sources = (struct weir_sources){ .items = items, .count = count };
	for (size_t index = 0; index < count; index++) {
		if (items[index] == NULL) {
			weir_sources_release(ret_sources);
			return weir_reject(NULL, stage, "source %zu of %zu is NULL", index + 1, count);
		}
	}
	return NULL;
}

static weir_observable *take_names(struct weir_sources *sources, const char *stage, const struct weir_entry *entries)
{
	for (size_t index = 0; index < sources->count; index++) {
		const char *name = entries[index].name;

		for (size_t other = 0; other < index; other++) {
			if (strcmp(entries[other].name, name) == 0) {
				weir_sources_release(sources);
				return weir_reject(NULL, stage, "two entries have the name \"%s\"", name);
			}
		}
		if (sources->items[index] == NULL) {
			weir_sources_release(sources);
			return weir_reject(NULL, stage, "the source of \"%s\" is NULL", name);
		}
		sources->names[index] = weir_string(name);
		if (weir_is_error(sources->names[index]))
			return no_memory(sources);
	}
	return NULL;
}

weir_observable *weir_sources_take_entries(
	struct weir_sources *ret_sources, const char *stage, const struct weir_entry *entries)
{
	size_t count = 0;

	*ret_sources = (struct weir_sources){ 0 };
	if (entries == NULL)
		return weir_reject(NULL, stage, "the entries are NULL");
	while (entries[count].name != NULL)
		count++;
	if (count == 0)
		return NULL;

	ret_sources->items = weir_allocate(count * sizeof *ret_sources->items);
	ret_sources->names = weir_allocate(count * sizeof *ret_sources->names);
	if (ret_sources->items == NULL || ret_sources->names == NULL) {
		for (size_t index = 0; index < count; index++)
			weir_unref(entries[index].observable);
		return no_memory(ret_sources);
	}
	ret_sources->count = count;
	for (size_t index = 0; index < count; index++) {
		ret_sources->items[index] = entries[index].observable;
		ret_sources->names[index] = weir_nil();
	}
	return take_names(ret_sources, stage, entries);
}

/* An intrusive doubly linked ring with a sentinel. A link that is in no list points to itself. */
#ifndef WEIR_BASE_LIST_H
#define WEIR_BASE_LIST_H

#include <stdbool.h>

struct weir_link {
	struct weir_link *next;
	struct weir_link *previous;
};

static inline void weir_link_init(struct weir_link *link)
{
	link->next = link->previous = link;
}

static inline bool weir_link_is_linked(const struct weir_link *link)
{
	return link->next != link;
}

static inline bool weir_list_is_empty(const struct weir_link *list)
{
	return list->next == list;
}

static inline void weir_list_append(struct weir_link *list, struct weir_link *link)
{
	link->previous = list->previous;
	link->next = list;
	list->previous->next = link;
	list->previous = link;
}

static inline void weir_list_remove(struct weir_link *link)
{
	link->previous->next = link->next;
	link->next->previous = link->previous;
	weir_link_init(link);
}

#endif

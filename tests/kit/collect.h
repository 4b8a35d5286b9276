/* A consumer of bytes on a real loop: all items put together, and how it ended. */
#ifndef TESTS_KIT_COLLECT_H
#define TESTS_KIT_COLLECT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/loop.h>
#include <weir/observable.h>

struct collect {
	weir_loop *loop;
	weir_subscription *subscription;
	char *bytes; /* terminated */
	size_t length;
	size_t items;
	int64_t last; /* of ints */
	bool completed;
	int code; /* of the error; 0: none */
	char message[256];
	char origin[128];
	bool destroyed;
};

static inline void collect_subscribed(weir_subscription *subscription, void *context)
{
	((struct collect *)context)->subscription = weir_subscription_ref(subscription);
}

static inline void collect_next(weir_value value, void *context)
{
	struct collect *collect = (struct collect *)context;
	size_t length;
	const char *bytes = (const char *)weir_as_bytes(value, &length);

	collect->items++;
	collect->last = weir_as_int(value);
	if (bytes == NULL)
		return;
	collect->bytes = (char *)realloc(collect->bytes, collect->length + length + 1);
	memcpy(collect->bytes + collect->length, bytes, length);
	collect->length += length;
	collect->bytes[collect->length] = '\0';
}

static inline void collect_error(const weir_error *error, void *context)
{
	struct collect *collect = (struct collect *)context;

	collect->code = weir_error_code(error);
	snprintf(collect->message, sizeof collect->message, "%s", weir_error_message(error));
	snprintf(collect->origin, sizeof collect->origin, "%s", weir_error_origin(error));
}

static inline void collect_complete(void *context)
{
	((struct collect *)context)->completed = true;
}

static inline void collect_destroy(void *context)
{
	((struct collect *)context)->destroyed = true;
}

/* Subscribe. The struct is overwritten; the loop stays the caller's. */
static inline void collect(struct collect *self, weir_loop *loop, weir_observable *observable, uint64_t demand)
{
	memset(self, 0, sizeof *self);
	self->loop = loop;
	weir_subscribe(observable, loop,
		&(struct weir_observer){ .subscribed = collect_subscribed,
			.next = collect_next,
			.error = collect_error,
			.complete = collect_complete,
			.destroy = collect_destroy,
			.context = self,
			.demand = demand });
}

static inline void collect_free(struct collect *self)
{
	weir_cancel(self->subscription);
	weir_subscription_unref(self->subscription);
	free(self->bytes);
}

#endif

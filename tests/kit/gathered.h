/* A consumer of bytes on a real loop: all items put together, and how it ended. */
#ifndef TESTS_KIT_GATHERED_H
#define TESTS_KIT_GATHERED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/loop.h>
#include <weir/observable.h>

struct gathered {
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

static inline void gathered_subscribed(weir_subscription *subscription, void *context)
{
	((struct gathered *)context)->subscription = weir_subscription_ref(subscription);
}

static inline void gathered_next(weir_value value, void *context)
{
	struct gathered *gathered = (struct gathered *)context;
	size_t length;
	const char *bytes = (const char *)weir_as_bytes(value, &length);

	gathered->items++;
	gathered->last = weir_as_int(value);
	if (bytes == NULL)
		return;
	gathered->bytes = (char *)realloc(gathered->bytes, gathered->length + length + 1);
	memcpy(gathered->bytes + gathered->length, bytes, length);
	gathered->length += length;
	gathered->bytes[gathered->length] = '\0';
}

static inline void gathered_error(const weir_error *error, void *context)
{
	struct gathered *gathered = (struct gathered *)context;

	gathered->code = weir_error_code(error);
	snprintf(gathered->message, sizeof gathered->message, "%s", weir_error_message(error));
	snprintf(gathered->origin, sizeof gathered->origin, "%s", weir_error_origin(error));
}

static inline void gathered_complete(void *context)
{
	((struct gathered *)context)->completed = true;
}

static inline void gathered_destroy(void *context)
{
	((struct gathered *)context)->destroyed = true;
}

/* Subscribe. The struct is overwritten; the loop stays the caller's. */
static inline void gather(struct gathered *self, weir_loop *loop, weir_observable *observable, uint64_t demand)
{
	memset(self, 0, sizeof *self);
	self->loop = loop;
	weir_subscribe(observable, loop,
		&(struct weir_observer){ .subscribed = gathered_subscribed,
			.next = gathered_next,
			.error = gathered_error,
			.complete = gathered_complete,
			.destroy = gathered_destroy,
			.context = self,
			.demand = demand });
}

static inline void gather_free(struct gathered *self)
{
	weir_cancel(self->subscription);
	weir_subscription_unref(self->subscription);
	free(self->bytes);
}

#endif

/* callbacks: the user functions of functions.h as weir's callbacks, in a file of their own so that nobody inlines them. */
#ifndef WEIR_BENCH_CALLBACKS_H
#define WEIR_BENCH_CALLBACKS_H

#include <weir/weir.h>

#include "functions.h"

weir_value callback_map(weir_value value, void *context);
int callback_keep(weir_value value, void *context);
weir_value callback_add(weir_value total, weir_value value, void *context);
weir_value callback_combine(const weir_value *values, size_t count, void *context);
weir_value callback_group(weir_value value, void *context);
weir_value callback_pair(weir_value value, void *context);
weir_value callback_total(weir_value values, void *context);
weir_observable *callback_just(weir_value value, void *context);
weir_observable *callback_just_mapped(weir_value value, void *context);

/* An observer's `next` and `next_batch`; the context is a struct work_sink. */
void callback_next(weir_value value, void *context);
void callback_next_batch(const weir_value *values, size_t count, void *context);

#endif

/* Observables that fail with a given error. */
#ifndef WEIR_KIT_FAILED_H
#define WEIR_KIT_FAILED_H

#include <weir/operator.h>

/*
 * What a constructor returns when a value among its arguments is of kind error (it could not be made, say): an
 * observable that fails with that error when subscribed.
 *
 * @param source   consumed; may be NULL
 * @param failure  consumed; of kind error
 */
weir_observable *weir_failed(weir_observable *source, weir_value failure);

/*
 * Where it matters whether a callback has failed or has made an observable that fails: the error, owned, when `result`,
 * which is consumed then, is such an observable or NULL; else NULL.
 */
weir_error *weir_callback_failure(weir_observable *result);

#endif

/** @file
 * Observables from values, callbacks, time and descriptors. */
#ifndef WEIR_CREATING_H
#define WEIR_CREATING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One value, then complete.
 *
 *     weir_just(7):  (7|)
 *
 * @param value  consumed; of kind error: the observable fails with it
 * @return owned
 *
 * Errors: the value, if it is one. Demand: honoured. Since 0.1. RxJS: `of`.
 */
WEIR_API weir_observable *weir_just(weir_value value);

/**
 * Consecutive integers.
 *
 *     weir_range(3, 4):  (3456|)
 *
 * A long range yields to the loop now and then, so that timers and other pipelines are served.
 *
 * @param first  the first integer
 * @param count  how many; 0: none
 * @return owned
 *
 * Errors: `EINVAL` when the last one would not fit in int64_t. Demand: honoured. Since 0.1. RxJS: `range`.
 */
WEIR_API weir_observable *weir_range(int64_t first, uint64_t count);

#ifdef __cplusplus
}
#endif
#endif

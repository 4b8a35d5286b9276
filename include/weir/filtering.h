/** @file
 * Operators that pass on some of the items. */
#ifndef WEIR_FILTERING_H
#define WEIR_FILTERING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Pass on the values that satisfy a predicate.
 *
 *     source:       -1-2-3-4-|
 *     filter even:  ---2---4-|
 *
 * @param source     consumed
 * @param predicate  > 0 passes the value on, 0 drops it, < 0 fails
 * @param context    handed to `predicate`; see weir_with_context()
 * @return owned
 *
 * Errors: the negated errno that `predicate` returns. Demand: passed on; a dropped value is asked for again. Since 0.1.
 * RxJS: `filter`.
 */
WEIR_API weir_observable *weir_filter(weir_observable *source, weir_predicate predicate, void *context);

/**
 * The first values, then complete and cancel the source.
 *
 *     source:   -1-2-3-4-|
 *     take 2:   -1-(2|)
 *
 * @param source  consumed
 * @param count   how many; 0: completes without subscribing to the source
 * @return owned
 *
 * Demand: passed on, never more than is left. Since 0.1. RxJS: `take`.
 */
WEIR_API weir_observable *weir_take(weir_observable *source, uint64_t count);

#ifdef __cplusplus
}
#endif
#endif

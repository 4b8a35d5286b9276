/** @file
 * Operators that make other items of the items. */
#ifndef WEIR_TRANSFORMING_H
#define WEIR_TRANSFORMING_H

#include <weir/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Pass on what a function makes of each value.
 *
 *     source:  -1--2--3-|
 *     map ×10: -a--b--c-|   a = 10, b = 20, c = 30
 *
 * @param source   consumed
 * @param mapper   its result is passed on
 * @param context  handed to `mapper`; see weir_with_context()
 * @return owned
 *
 * Errors: what `mapper` reports with weir_fail(). Demand: passed on. Since 0.1. RxJS: `map`.
 */
WEIR_API weir_observable *weir_map(weir_observable *source, weir_mapper mapper, void *context);

/**
 * Run the observables of all values at once, and merge their items as they come.
 *
 *     source:                  -a-----b---|
 *     a → --x--y|  b → -z|     ---x--y-z---|
 *
 * @param source       consumed
 * @param project      makes the observable of a value when its turn has come
 * @param context      handed to `project`; see weir_with_context()
 * @param concurrency  how many run at once; 0: no limit. Further values wait upstream: they are not asked for
 * @return owned
 *
 * Errors: of the source, of any inner observable; at once, what else runs is cancelled. Demand: of the source as many
 * values as there are free places; each inner observable is asked for what downstream waits for, at most 16 ahead.
 * Since 0.1. RxJS: `mergeMap`.
 */
WEIR_API weir_observable *weir_merge_map(
	weir_observable *source, weir_project project, void *context, uint64_t concurrency);

/**
 * Mirror the observable of the newest value; the one before is cancelled first.
 *
 *     source:                   -a----b------|
 *     a → --1-2-3|  b → -x-y|   ---1-2-x-y---|
 *
 * @param source   consumed
 * @param project  makes the observable of a value
 * @param context  handed to `project`; see weir_with_context()
 * @return owned
 *
 * Errors: of the source or the inner observable. Demand: the source is asked for everything; the inner observable for
 * what downstream waits for. Since 0.1. RxJS: `switchMap`.
 */
WEIR_API weir_observable *weir_switch_map(weir_observable *source, weir_project project, void *context);

#ifdef __cplusplus
}
#endif
#endif

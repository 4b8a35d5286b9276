/** @file
 * Functions over arrays out of an expression: what weir_map_array(), weir_filter_array() and weir_reduce_array() take.
 *
 * The compiler sees the loop and the expression together, so an item costs what the expression costs and a few
 * instructions, instead of a call through a pointer for each stage.
 *
 *     WEIR_MAP_INT(triple, x, x * 3 + 1)
 *     WEIR_FILTER_INT(is_even, x, x % 2 == 0)
 *     WEIR_REDUCE_INT(sum, total, x, total + x)
 *
 *     weir_reduce_array(weir_filter_array(weir_map_array(weir_range(0, 1000), triple, NULL), is_even, NULL), sum, NULL,
 *             weir_int(0));
 *
 * Each macro defines a static function of the given name at file scope. `x` is the value as weir_as_int() or
 * weir_as_double() gives it. `context` is in the expression's scope.
 */
#ifndef WEIR_ARRAYS_H
#define WEIR_ARRAYS_H

#include <weir/value.h>

/** @cond private */
#define WEIR_MAP_AS(name, type, as, make, x, expression) \
	static int name(const weir_value *weir_values, size_t weir_count, weir_value *weir_results, void *context) \
	{ \
		(void)context; \
		for (size_t weir_index = 0; weir_index < weir_count; weir_index++) { \
			type x = as(weir_values[weir_index]); \
\
			weir_results[weir_index] = make(expression); \
		} \
		return 0; \
	}

#define WEIR_FILTER_AS(name, type, as, x, expression) \
	static int name(const weir_value *weir_values, size_t weir_count, bool *weir_passes, void *context) \
	{ \
		(void)context; \
		for (size_t weir_index = 0; weir_index < weir_count; weir_index++) { \
			type x = as(weir_values[weir_index]); \
\
			weir_passes[weir_index] = (expression); \
		} \
		return 0; \
	}

#define WEIR_REDUCE_AS(name, type, as, make, total, x, expression) \
	static weir_value name( \
		weir_value weir_accumulated, const weir_value *weir_values, size_t weir_count, void *context) \
	{ \
		type total = as(weir_accumulated); \
\
		(void)context; \
		for (size_t weir_index = 0; weir_index < weir_count; weir_index++) { \
			type x = as(weir_values[weir_index]); \
\
			total = (expression); \
		} \
		return make(total); \
	}
/** @endcond */

/** A ::weir_array_mapper: `expression` of the integer `x`, as an integer. */
#define WEIR_MAP_INT(name, x, expression) WEIR_MAP_AS(name, int64_t, weir_as_int, weir_int, x, expression)

/** A ::weir_array_mapper: `expression` of the double `x`, as a double. */
#define WEIR_MAP_DOUBLE(name, x, expression) WEIR_MAP_AS(name, double, weir_as_double, weir_double, x, expression)

/** A ::weir_array_predicate: whether `expression` of the integer `x` holds. */
#define WEIR_FILTER_INT(name, x, expression) WEIR_FILTER_AS(name, int64_t, weir_as_int, x, expression)

/** A ::weir_array_predicate: whether `expression` of the double `x` holds. */
#define WEIR_FILTER_DOUBLE(name, x, expression) WEIR_FILTER_AS(name, double, weir_as_double, x, expression)

/** A ::weir_array_accumulator: `total` becomes `expression` of `total` and the integer `x`. */
#define WEIR_REDUCE_INT(name, total, x, expression) \
	WEIR_REDUCE_AS(name, int64_t, weir_as_int, weir_int, total, x, expression)

/** A ::weir_array_accumulator: `total` becomes `expression` of `total` and the double `x`. */
#define WEIR_REDUCE_DOUBLE(name, total, x, expression) \
	WEIR_REDUCE_AS(name, double, weir_as_double, weir_double, total, x, expression)

#endif

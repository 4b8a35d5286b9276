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
/* Whether all are of one kind that is stored inline: then the loop over them need not look at each. */
static inline bool weir_array_is_of(const weir_value *values, size_t count, enum weir_kind kind)
{
	uint64_t different = 0;

	WEIR_UNROLL
	for (size_t index = 0; index < count; index++)
		different |= values[index].tag ^ (uint64_t)kind;
	return different == 0;
}

/* The loop twice: for what is commonly in an array, and for anything. */
#define WEIR_ARRAY_LOOP(kind, type, member, convert, x, statement) \
	if (WEIR_LIKELY(weir_array_is_of(weir_values, weir_count, kind))) { \
		WEIR_UNROLL \
		for (size_t weir_index = 0; weir_index < weir_count; weir_index++) { \
			type x = weir_values[weir_index].as.member; \
\
			statement; \
		} \
	} else { \
		for (size_t weir_index = 0; weir_index < weir_count; weir_index++) { \
			type x = convert(weir_values[weir_index]); \
\
			statement; \
		} \
	}

#define WEIR_ARRAY_INT(x, statement) WEIR_ARRAY_LOOP(WEIR_KIND_INT, int64_t, integer, weir_as_int, x, statement)
#define WEIR_ARRAY_DOUBLE(x, statement) WEIR_ARRAY_LOOP(WEIR_KIND_DOUBLE, double, real, weir_as_double, x, statement)

#define WEIR_MAP_AS(name, loop, make, x, expression) \
	static int name(const weir_value *weir_values, size_t weir_count, weir_value *weir_results, void *context) \
	{ \
		(void)context; \
		loop(x, weir_results[weir_index] = make(expression)) return 0; \
	}

#define WEIR_FILTER_AS(name, loop, x, expression) \
	static int name(const weir_value *weir_values, size_t weir_count, bool *weir_passes, void *context) \
	{ \
		(void)context; \
		loop(x, weir_passes[weir_index] = (expression)) return 0; \
	}

#define WEIR_REDUCE_AS(name, type, convert, loop, make, total, x, expression) \
	static weir_value name( \
		weir_value weir_accumulated, const weir_value *weir_values, size_t weir_count, void *context) \
	{ \
		type total = convert(weir_accumulated); \
\
		(void)context; \
		loop(x, total = (expression)) return make(total); \
	}
/** @endcond */

/** A ::weir_array_mapper: `expression` of the integer `x`, as an integer. */
#define WEIR_MAP_INT(name, x, expression) WEIR_MAP_AS(name, WEIR_ARRAY_INT, weir_int, x, expression)

/** A ::weir_array_mapper: `expression` of the double `x`, as a double. */
#define WEIR_MAP_DOUBLE(name, x, expression) WEIR_MAP_AS(name, WEIR_ARRAY_DOUBLE, weir_double, x, expression)

/** A ::weir_array_predicate: whether `expression` of the integer `x` holds. */
#define WEIR_FILTER_INT(name, x, expression) WEIR_FILTER_AS(name, WEIR_ARRAY_INT, x, expression)

/** A ::weir_array_predicate: whether `expression` of the double `x` holds. */
#define WEIR_FILTER_DOUBLE(name, x, expression) WEIR_FILTER_AS(name, WEIR_ARRAY_DOUBLE, x, expression)

/** A ::weir_array_accumulator: `total` becomes `expression` of `total` and the integer `x`. */
#define WEIR_REDUCE_INT(name, total, x, expression) \
	WEIR_REDUCE_AS(name, int64_t, weir_as_int, WEIR_ARRAY_INT, weir_int, total, x, expression)

/** A ::weir_array_accumulator: `total` becomes `expression` of `total` and the double `x`. */
#define WEIR_REDUCE_DOUBLE(name, total, x, expression) \
	WEIR_REDUCE_AS(name, double, weir_as_double, WEIR_ARRAY_DOUBLE, weir_double, total, x, expression)

#endif

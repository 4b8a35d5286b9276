/* Equality with a short way for what is compared most: integers. */
#ifndef WEIR_KIT_SAME_H
#define WEIR_KIT_SAME_H

#include <weir/value.h>

static inline bool weir_same(weir_value left, weir_value right)
{
	if (WEIR_LIKELY(left.tag == WEIR_KIND_INT && right.tag == WEIR_KIND_INT))
		return left.as.integer == right.as.integer;
	return weir_equal(left, right);
}

#endif

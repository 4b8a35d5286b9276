/** @file
 * Export marks and compiler attributes of the public headers. */
#ifndef WEIR_API_H
#define WEIR_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define WEIR_API __attribute__((visibility("default")))
#define WEIR_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#define WEIR_ALWAYS_INLINE inline __attribute__((always_inline))
#ifdef __clang__
#define WEIR_UNROLL
#else
#define WEIR_UNROLL _Pragma("GCC unroll 8") /* in front of a short loop over an array; clang does it unasked */
#endif
#define WEIR_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define WEIR_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#else
#define WEIR_API
#define WEIR_PRINTF(format_index, first_index)
#define WEIR_ALWAYS_INLINE inline
#define WEIR_UNROLL
#define WEIR_LIKELY(condition) (condition)
#define WEIR_UNLIKELY(condition) (condition)
#endif

#endif

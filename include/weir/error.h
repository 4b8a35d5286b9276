/** @file
 * Errors: a code, a message, where it happened, and what caused it. */
#ifndef WEIR_ERROR_H
#define WEIR_ERROR_H

#include <stdarg.h>

#include <weir/api.h>
#include <weir/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An immutable, reference-counted error. */
typedef struct weir_error weir_error;

/**
 * Codes of the library's own errors, beside the errno values that a code can also be.
 *
 * Each row: name, text. Numbers count up from 10,000, far above any errno.
 */
#define WEIR_ERROR_CODES(ROW) \
	ROW(WEIR_EEMPTY, "the sequence is empty") \
	ROW(WEIR_ESEQUENCE, "the sequence has more than one item") \
	ROW(WEIR_ENOTFOUND, "no item matches") \
	ROW(WEIR_EOUTOFRANGE, "the position is out of range") \
	ROW(WEIR_ETIMEOUT, "the time limit has passed") \
	ROW(WEIR_EDEMAND, "more items than were requested") \
	ROW(WEIR_EOVERFLOW, "a bounded buffer is full") \
	ROW(WEIR_ESYNTAX, "malformed input") \
	ROW(WEIR_ETRUNCATED, "the input ends too early") \
	ROW(WEIR_ELIMIT, "a limit is exceeded") \
	ROW(WEIR_ECLOSED, "the object is closed") \
	ROW(WEIR_EHTTP, "the HTTP answer is not a success") \
	ROW(WEIR_ETRANSFER, "the transfer failed") \
	ROW(WEIR_ERATE, "the rate limit is exceeded") \
	ROW(WEIR_ECOMPOSITE, "several errors") \
	ROW(WEIR_EUSER, "the program's own error")

/** The codes of `WEIR_ERROR_CODES`. */
enum weir_error_code {
	WEIR_ERROR_CODE_BASE = 9999,
#define WEIR_ERROR_CODE_NAME(name, text) name,
	WEIR_ERROR_CODES(WEIR_ERROR_CODE_NAME)
#undef WEIR_ERROR_CODE_NAME
};

/**
 * A new error.
 *
 * @param code    an errno value or one of ::weir_error_code
 * @param format  printf format of the message: what was wrong, with the offending value
 * @return owned; never NULL: without memory it is the one preallocated `ENOMEM` error
 */
WEIR_API weir_error *weir_error_new(int code, const char *format, ...) WEIR_PRINTF(2, 3);

/** As weir_error_new() with a list of arguments: for functions that take a format themselves. */
WEIR_API weir_error *weir_error_new_va(int code, const char *format, va_list arguments) WEIR_PRINTF(2, 0);

/**
 * A new error that was caused by another.
 *
 * @param cause  consumed; NULL for none
 */
WEIR_API weir_error *weir_error_wrap(weir_error *cause, int code, const char *format, ...) WEIR_PRINTF(3, 4);

/**
 * Several errors in one, code `WEIR_ECOMPOSITE`, none lost.
 *
 * @param errors  consumed, each of them; the array stays the caller's
 */
WEIR_API weir_error *weir_error_composite(weir_error *const *errors, size_t count, const char *format, ...)
	WEIR_PRINTF(3, 4);

/**
 * The same error with a hint for whoever may try again: not before so long.
 *
 * @param error  consumed
 * @param delay  what weir_error_retry_after() will say; a negative one takes a hint away
 * @return owned; never NULL. Without memory it is the one preallocated `ENOMEM` error
 */
WEIR_API weir_error *weir_error_with_retry_after(weir_error *error, weir_duration delay);

/** One more reference. @return `error`, owned */
WEIR_API weir_error *weir_error_ref(const weir_error *error);

/** One reference less; NULL is allowed. */
WEIR_API void weir_error_unref(const weir_error *error);

/** An errno value or one of ::weir_error_code. */
WEIR_API int weir_error_code(const weir_error *error);

/** The message: what was wrong. Lives as long as the error. */
WEIR_API const char *weir_error_message(const weir_error *error);

/**
 * The path of stages to the one that failed, outermost pipeline first, as in `sse > pluck > map`; a stage inside a
 * projected observable stands behind the operator that runs it: `range > merge_map > (of > map)`. Empty when the error
 * was not raised by a stage.
 */
WEIR_API const char *weir_error_origin(const weir_error *error);

/** What caused it, borrowed; NULL for none. Of a composite the first. */
WEIR_API const weir_error *weir_error_cause(const weir_error *error);

/** Number of causes: 0 or 1, more for a composite. */
WEIR_API size_t weir_error_cause_count(const weir_error *error);

/** The cause at `index`, borrowed; NULL beyond the last. */
WEIR_API const weir_error *weir_error_cause_at(const weir_error *error, size_t index);

/** A hint that travels with the error: when to try again at the earliest (Retry-After); negative for none. */
WEIR_API weir_duration weir_error_retry_after(const weir_error *error);

/** A number that says more about the code: of `WEIR_EHTTP` the status of the answer. 0 for none. */
WEIR_API int weir_error_status(const weir_error *error);

/** The name of a code: `WEIR_ETIMEOUT`, `ENOENT`, or `unknown`. Static. */
WEIR_API const char *weir_error_code_name(int code);

/** What a code says in words. Static, or valid until the thread's next call. */
WEIR_API const char *weir_error_code_text(int code);

/**
 * Print as one line: `map > filter: message (ENOENT), caused by …`.
 *
 * @param buffer  always terminated when `size` > 0
 * @return the length of the whole text, as snprintf does
 */
WEIR_API size_t weir_error_print(const weir_error *error, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif

/* Errors. See weir/error.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/error_private.h"

struct weir_error {
	struct weir_block block;
	int code;
	int status;
	uint32_t cause_count;
	int64_t retry_after;
	char *message;
	char *origin;
	weir_error **causes;
};

/* What is handed out when there is no memory for an error; all operations on it need none. */
static weir_error no_memory = {
	.block = { .references = 1, .type = WEIR_BLOCK_ERROR, .immortal = 1 },
	.code = ENOMEM,
	.retry_after = -1,
	.message = "out of memory",
};

weir_value weir_no_memory(void)
{
	return weir_error_value(&no_memory);
}

weir_error *weir_error_new_va(int code, const char *format, va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);

	weir_error *error = code == ENOMEM ? NULL : weir_pool_take(sizeof *error);
	char *message = error == NULL || length < 0 ? NULL : weir_allocate((size_t)length + 1);

	if (message == NULL) {
		if (error != NULL)
			weir_pool_return(error, sizeof *error);
		return &no_memory;
	}
	vsnprintf(message, (size_t)length + 1, format, arguments);
	weir_block_init(&error->block, WEIR_BLOCK_ERROR);
	error->code = code;
	error->status = 0;
	error->cause_count = 0;
	error->retry_after = -1;
	error->message = message;
	error->origin = NULL;
	error->causes = NULL;
	return error;
}

weir_error *weir_error_new(int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(code, format, arguments);
	va_end(arguments);
	return error;
}

weir_value weir_fail(int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(code, format, arguments);
	va_end(arguments);
	return weir_error_value(error);
}

/* Consumes the causes. Without memory the error stands without them. */
static void take_causes(weir_error *error, weir_error *const *causes, size_t count)
{
	if (error != &no_memory && count > 0)
		error->causes = weir_allocate(count * sizeof *error->causes);
	if (error->causes == NULL) {
		for (size_t index = 0; index < count; index++)
			weir_error_unref(causes[index]);
		return;
	}
	memcpy(error->causes, causes, count * sizeof *causes);
	error->cause_count = (uint32_t)count;
}

weir_error *weir_error_wrap(weir_error *cause, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(code, format, arguments);
	va_end(arguments);
	take_causes(error, &cause, cause != NULL);
	return error;
}

weir_error *weir_error_composite(weir_error *const *errors, size_t count, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(WEIR_ECOMPOSITE, format, arguments);
	va_end(arguments);
	take_causes(error, errors, count);
	return error;
}

weir_error *weir_error_ref(const weir_error *error)
{
	weir_block_retain((struct weir_block *)&error->block);
	return (weir_error *)error;
}

void weir_error_unref(const weir_error *error)
{
	if (error != NULL)
		weir_release(weir_error_value((weir_error *)error));
}

/* A long chain of causes is freed in a loop, not by recursion. */
void weir_error_destroy(struct weir_block *block)
{
	weir_error *error = (weir_error *)block;

	while (error != NULL) {
		weir_error *last = error->cause_count > 0 ? error->causes[error->cause_count - 1] : NULL;

		for (size_t index = 0; index + 1 < error->cause_count; index++)
			weir_error_unref(error->causes[index]);
		weir_deallocate(error->causes);
		weir_deallocate(error->message);
		weir_deallocate(error->origin);
		weir_pool_return(error, sizeof *error);
		error = last != NULL && weir_block_release(&last->block) ? last : NULL;
	}
}

int weir_error_code(const weir_error *error)
{
	return error->code;
}

const char *weir_error_message(const weir_error *error)
{
	return error->message;
}

const char *weir_error_origin(const weir_error *error)
{
	return error->origin != NULL ? error->origin : "";
}

const weir_error *weir_error_cause(const weir_error *error)
{
	return weir_error_cause_at(error, 0);
}

size_t weir_error_cause_count(const weir_error *error)
{
	return error->cause_count;
}

const weir_error *weir_error_cause_at(const weir_error *error, size_t index)
{
	return index < error->cause_count ? error->causes[index] : NULL;
}

weir_duration weir_error_retry_after(const weir_error *error)
{
	return error->retry_after;
}

int weir_error_status(const weir_error *error)
{
	return error->status;
}

bool weir_error_has_origin(const weir_error *error)
{
	return error->origin != NULL;
}

void weir_error_set_origin(weir_error *error, const char *origin)
{
	if (error == &no_memory || error->origin != NULL)
		return;
	error->origin = weir_allocate(strlen(origin) + 1);
	if (error->origin != NULL)
		strcpy(error->origin, origin);
}

void weir_error_set_retry_after(weir_error *error, int64_t nanoseconds)
{
	if (error != &no_memory)
		error->retry_after = nanoseconds;
}

void weir_error_set_status(weir_error *error, int status)
{
	if (error != &no_memory)
		error->status = status;
}

/* The same again, for the caller alone. */
static weir_error *copy_of(const weir_error *error)
{
	weir_error *copy = weir_error_new(error->code, "%s", error->message);

	for (size_t index = 0; index < error->cause_count; index++)
		weir_error_ref(error->causes[index]);
	take_causes(copy, error->causes, error->cause_count);
	if (error->origin != NULL)
		weir_error_set_origin(copy, error->origin);
	weir_error_set_retry_after(copy, error->retry_after);
	weir_error_set_status(copy, error->status);
	return copy;
}

weir_error *weir_error_with_retry_after(weir_error *error, weir_duration delay)
{
	if (error->block.references > 1) {
		weir_error *shared = error;

		error = copy_of(shared);
		weir_error_unref(shared);
	}
	weir_error_set_retry_after(error, delay);
	return error;
}

weir_error *weir_error_at(weir_error *error, const char *origin)
{
	if (error == &no_memory || error->origin != NULL)
		return error;
	if (error->block.references > 1) {
		int64_t retry_after = error->retry_after;
		int status = error->status;

		error = weir_error_wrap(error, error->code, "%s", error->message);
		weir_error_set_retry_after(error, retry_after);
		weir_error_set_status(error, status);
	}
	weir_error_set_origin(error, origin);
	return error;
}

const char *weir_error_code_name(int code)
{
#define CODE_NAME(name, text) \
	case name: \
		return #name;
	switch (code) {
		WEIR_ERROR_CODES(CODE_NAME)
	default: {
		const char *name = strerrorname_np(code);

		return name != NULL ? name : "unknown";
	}
	}
#undef CODE_NAME
}

const char *weir_error_code_text(int code)
{
	static __thread char buffer[64];

#define CODE_TEXT(name, text) \
	case name: \
		return text;
	switch (code) {
		WEIR_ERROR_CODES(CODE_TEXT)
	default:
		return strerror_r(code, buffer, sizeof buffer);
	}
#undef CODE_TEXT
}

/* Where the next piece goes: past the end of the buffer only the length is counted. */
static size_t print_piece(char *buffer, size_t size, size_t length, const char *separator, const char *text)
{
	size_t room = length < size ? size - length : 0;
	int added = snprintf(room > 0 ? buffer + length : NULL, room, "%s%s", separator, text);

	return length + (added > 0 ? (size_t)added : 0);
}

static size_t print_own(const weir_error *error, char *buffer, size_t size, size_t length)
{
	if (error->origin != NULL) {
		length = print_piece(buffer, size, length, "", error->origin);
		length = print_piece(buffer, size, length, ": ", error->message);
	} else {
		length = print_piece(buffer, size, length, "", error->message);
	}
	length = print_piece(buffer, size, length, " (", weir_error_code_name(error->code));
	return print_piece(buffer, size, length, ")", "");
}

size_t weir_error_print(const weir_error *error, char *buffer, size_t size)
{
	size_t length = 0;

	if (size > 0)
		buffer[0] = '\0';
	/* The last cause of each is printed in this loop: a long chain must not become deep recursion. */
	for (;;) {
		length = print_own(error, buffer, size, length);
		if (error->cause_count == 0)
			return length;
		length = print_piece(buffer, size, length, ", caused by ", "");
		for (size_t index = 0; index + 1 < error->cause_count; index++) {
			size_t room = length < size ? size - length : 0;

			length += weir_error_print(error->causes[index], room > 0 ? buffer + length : NULL, room);
			length = print_piece(buffer, size, length, " and ", "");
		}
		error = error->causes[error->cause_count - 1];
	}
}

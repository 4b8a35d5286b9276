/* throw_error: fail at once. See weir/creating.h. */
#include <stdarg.h>
#include <stdio.h>

#include <weir/creating.h>

#include "kit/failed.h"

weir_observable *weir_throw_error(weir_error *error)
{
	if (error == NULL)
		return weir_reject(NULL, "throw_error", "the error is NULL");
	return weir_failed(NULL, weir_error_value(error));
}

weir_observable *weir_throw(int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	weir_error *error = weir_error_new_va(code, format, arguments);
	va_end(arguments);
	return weir_throw_error(error);
}

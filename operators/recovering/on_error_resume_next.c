/* on_error_resume_next: one source after the other, however each of them ends. See weir/recovering.h. */
#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/recovering.h>

#include "kit/sources.h"

static weir_observable *on_error_resume_next_nothing(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
	return weir_empty();
}

weir_observable *weir_on_error_resume_next(weir_observable *const *sources, size_t count)
{
	struct weir_sources patient;
	weir_observable *result = weir_sources_take(&patient, "on_error_resume_next", sources, count);

	if (result != NULL)
		return result;
	for (size_t index = 0; index < count; index++)
		patient.items[index] = weir_catch_error(patient.items[index], on_error_resume_next_nothing, NULL);
	result = weir_concat(patient.items, count);
	patient.count = 0; /* concat has them */
	weir_sources_release(&patient);
	return result;
}

weir_observable *weir_on_error_resume_next_with(weir_observable *source, weir_observable *other)
{
	return weir_on_error_resume_next((weir_observable *const[]){ source, other }, 2);
}

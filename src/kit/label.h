/* Names of stages in error paths and reports. */
#ifndef WEIR_KIT_LABEL_H
#define WEIR_KIT_LABEL_H

#include <weir/operator.h>

/* `source`, consumed, whose last stage is called `name` (copied). */
weir_observable *weir_label_new(weir_observable *source, const char *name);

#endif

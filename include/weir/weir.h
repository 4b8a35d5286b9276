/** @file
 * Everything but weir/operator.h (for operator authors) and weir/testing.h. */
#ifndef WEIR_WEIR_H
#define WEIR_WEIR_H

#include <weir/aggregating.h>
#include <weir/arrays.h>
#include <weir/codec.h>
#include <weir/combining.h>
#include <weir/creating.h>
#include <weir/demand.h>
#include <weir/descriptor.h>
#include <weir/error.h>
#include <weir/filtering.h>
#include <weir/http.h>
#include <weir/limiter.h>
#include <weir/loop.h>
#include <weir/memory.h>
#include <weir/observable.h>
#include <weir/observing.h>
#include <weir/pages.h>
#include <weir/recovering.h>
#include <weir/sharing.h>
#include <weir/sse.h>
#include <weir/subject.h>
#include <weir/threads.h>
#include <weir/time.h>
#include <weir/timing.h>
#include <weir/transforming.h>
#include <weir/value.h>

#endif

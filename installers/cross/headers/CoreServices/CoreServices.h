// As Foundation.h beside it.
#pragma once

typedef const struct __CFArray *CFArrayRef;
typedef const struct __CFString *CFStringRef;
typedef struct __CFError *CFErrorRef;

CFArrayRef LSCopyApplicationURLsForBundleIdentifier(CFStringRef identifier, CFErrorRef *error);

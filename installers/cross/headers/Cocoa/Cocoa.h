// As Foundation.h beside it.
#pragma once
#include <Foundation/Foundation.h>

@interface NSImage : NSObject
- (instancetype)initWithContentsOfURL:(NSURL *)url;
@end

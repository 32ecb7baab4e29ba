// What the crate mac-notification-sys takes of Apple's frameworks, for its one file in Objective-C: zig has the headers of
// libSystem and libobjc alone. Written from Apple's documentation; what is missing or misspelled here does not compile, and
// what Apple does not have does not link.
#pragma once
#include <dispatch/dispatch.h>
#include <limits.h>
#include <objc/NSObject.h>
#include <stdint.h>
#include <string.h>

typedef double NSTimeInterval;

@class NSArray, NSData, NSDate, NSString, NSURL;

@interface NSObject (KeyValueCoding)
- (id)valueForKey:(NSString *)key;
- (void)setValue:(id)value forKey:(NSString *)key;
@end

@interface NSString : NSObject
@property (readonly) NSUInteger length;
@property (readonly) double doubleValue;
@property (readonly) const char *UTF8String;
+ (instancetype)stringWithFormat:(NSString *)format, ...;
- (BOOL)isEqualToString:(NSString *)other;
- (NSArray *)componentsSeparatedByString:(NSString *)separator;
@end

@interface NSAttributedString : NSObject
@property (readonly) NSString *string;
@end

@interface NSNumber : NSObject
@property (readonly) unsigned long long unsignedLongLongValue;
+ (NSNumber *)numberWithBool:(BOOL)value;
+ (NSNumber *)numberWithInt:(int)value;
@end

@interface NSArray : NSObject
@property (readonly) NSUInteger count;
- (id)objectAtIndexedSubscript:(NSUInteger)place;
- (NSUInteger)countByEnumeratingWithState:(void *)state objects:(id *)objects count:(NSUInteger)count;
@end

@interface NSDictionary : NSObject
- (id)objectForKeyedSubscript:(id)key;
@end

@interface NSData : NSObject
@property (readonly) const void *bytes;
+ (instancetype)dataWithBytes:(const void *)bytes length:(NSUInteger)length;
@end

@interface NSDate : NSObject
@property (readonly) NSTimeInterval timeIntervalSinceNow;
+ (instancetype)date;
+ (instancetype)dateWithTimeIntervalSince1970:(NSTimeInterval)seconds;
+ (instancetype)dateWithTimeIntervalSinceNow:(NSTimeInterval)seconds;
@end

@interface NSURL : NSObject
@property (readonly) NSString *scheme;
+ (instancetype)URLWithString:(NSString *)text;
+ (NSURL *)fileURLWithPath:(NSString *)path;
@end

@interface NSUUID : NSObject
@property (readonly) NSString *UUIDString;
- (instancetype)initWithUUIDString:(NSString *)text;
- (instancetype)initWithUUIDBytes:(const unsigned char *)bytes;
- (void)getUUIDBytes:(unsigned char *)bytes;
@end

@interface NSBundle : NSObject
@property (class, readonly) NSBundle *mainBundle;
@property (readonly) NSString *bundleIdentifier;
@end

@interface NSThread : NSObject
@property (class, readonly) BOOL isMainThread;
@end

@interface NSTimer : NSObject
+ (NSTimer *)timerWithTimeInterval:(NSTimeInterval)seconds repeats:(BOOL)repeats block:(void (^)(NSTimer *timer))block;
- (void)invalidate;
@end

extern NSString *const NSDefaultRunLoopMode;

@interface NSRunLoop : NSObject
@property (class, readonly) NSRunLoop *currentRunLoop;
@property (class, readonly) NSRunLoop *mainRunLoop;
- (void)runUntilDate:(NSDate *)date;
- (void)addTimer:(NSTimer *)timer forMode:(NSString *)mode;
@end

@interface NSAppleEventDescriptor : NSObject
@property (readonly) NSString *stringValue;
@end

@interface NSAppleScript : NSObject
- (instancetype)initWithSource:(NSString *)source;
- (NSAppleEventDescriptor *)executeAndReturnError:(NSDictionary **)error;
@end

typedef enum : NSInteger {
    NSUserNotificationActivationTypeNone,
    NSUserNotificationActivationTypeContentsClicked,
    NSUserNotificationActivationTypeActionButtonClicked,
    NSUserNotificationActivationTypeReplied,
    NSUserNotificationActivationTypeAdditionalActionClicked,
} NSUserNotificationActivationType;

extern NSString *const NSUserNotificationDefaultSoundName;

@class NSImage;

@interface NSUserNotification : NSObject
@property NSString *identifier;
@property NSString *title;
@property NSString *subtitle;
@property NSString *informativeText;
@property NSString *soundName;
@property NSDate *deliveryDate;
@property BOOL hasActionButton;
@property NSString *actionButtonTitle;
@property NSString *otherButtonTitle;
@property BOOL hasReplyButton;
@property NSString *responsePlaceholder;
@property NSImage *contentImage;
@property (readonly) NSUserNotificationActivationType activationType;
@property (readonly) NSAttributedString *response;
@end

@class NSUserNotificationCenter;

@protocol NSUserNotificationCenterDelegate <NSObject>
@optional
- (void)userNotificationCenter:(NSUserNotificationCenter *)center didDeliverNotification:(NSUserNotification *)notification;
- (void)userNotificationCenter:(NSUserNotificationCenter *)center didActivateNotification:(NSUserNotification *)notification;
@end

@interface NSUserNotificationCenter : NSObject
@property (class, readonly) NSUserNotificationCenter *defaultUserNotificationCenter;
@property (assign) id<NSUserNotificationCenterDelegate> delegate;
@property (readonly) NSArray *deliveredNotifications;
- (void)scheduleNotification:(NSUserNotification *)notification;
- (void)deliverNotification:(NSUserNotification *)notification;
- (void)removeDeliveredNotification:(NSUserNotification *)notification;
@end

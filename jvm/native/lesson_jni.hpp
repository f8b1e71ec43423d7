#pragma once
// Registers the methods of io.vitrina.border.NativeLesson: history and training over bytes.

#include <jni.h>

// False with a Java exception on its way.
bool register_lessons(JNIEnv* env);

#pragma once
// Registers the methods of io.vitrina.border.NativeJobs: evaluation, states and recommendations for everybody over bytes.

#include <jni.h>

// False with a Java exception on its way.
bool register_jobs(JNIEnv* env);

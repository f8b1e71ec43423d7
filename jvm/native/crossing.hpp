#pragma once
// How any entry of the native library crosses the border: bytes in and out, and every failure as a Java exception.
//
// Every entry is `guarded`: what C++ answers as an Error, throws, or is asked with a null, a Java exception says with code and text.
// Threads: as the entry. Only the .cpp files of this folder include it.

#include <jni.h>

#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace vitrina::crossing {

inline constexpr const char* exception_class = "io/vitrina/border/BorderException";

// A Java exception is on its way already: leave everything and return to Java.
struct JavaIsThrowing {};

// Text for Java: what is no UTF-8 that JNI takes (zeros, four-byte letters) becomes "?".
inline std::string plain(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) c = '?';
    return out;
}

inline void raise(JNIEnv* env, const char* code, std::string_view message) noexcept {
    if (env->ExceptionCheck()) return;
    try {
        jclass type = env->FindClass(exception_class);
        if (type == nullptr) return;
        const jmethodID constructor = env->GetMethodID(type, "<init>", "(Ljava/lang/String;Ljava/lang/String;)V");
        if (constructor == nullptr) return;
        jstring code_text = env->NewStringUTF(code);
        jstring message_text = code_text ? env->NewStringUTF(plain(message).c_str()) : nullptr;
        if (message_text == nullptr) return;
        auto thrown = static_cast<jthrowable>(env->NewObject(type, constructor, code_text, message_text));
        if (thrown != nullptr) env->Throw(thrown);
    } catch (...) {
        env->FatalError("vitrina: no memory left to say what went wrong");
    }
}

// What `work` answers, or a Java exception and nothing. `bug` is our own mistake; `unavailable` is the machine's.
template <class Work>
auto guarded(JNIEnv* env, const Work& work) noexcept -> decltype(work()) {
    try {
        return work();
    } catch (const JavaIsThrowing&) {
    } catch (const BrokenInvariant& broken) {
        raise(env, "bug", broken.what());
    } catch (const std::bad_alloc&) {
        raise(env, "unavailable", "the machine has no memory left for a fold");
    } catch (const std::exception& other) {
        raise(env, "bug", other.what());
    } catch (...) {
        raise(env, "bug", "something was thrown that is no exception");
    }
    return {};
}

template <class Value>
Value or_throw(JNIEnv* env, Result<Value> result) {
    if (result) return std::move(*result);
    raise(env, name_of(result.error().code), result.error().message);
    throw JavaIsThrowing();
}

inline std::string bytes_of(JNIEnv* env, jbyteArray array, const char* what) {
    if (array == nullptr) {
        raise(env, "invalid_input", std::string(what) + " is null");
        throw JavaIsThrowing();
    }
    std::string bytes(static_cast<std::size_t>(env->GetArrayLength(array)), '\0');
    env->GetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()), reinterpret_cast<jbyte*>(bytes.data()));
    return bytes;
}

// A state that is not there yet is null in Java and empty here.
inline std::string state_of(JNIEnv* env, jbyteArray array) {
    return array == nullptr ? std::string() : bytes_of(env, array, "a state");
}

inline jbyteArray array_of(JNIEnv* env, std::string_view bytes) {
    ensure(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<jsize>::max()),
           "an answer is too long for Java");
    jbyteArray array = env->NewByteArray(static_cast<jsize>(bytes.size()));
    if (array == nullptr) throw JavaIsThrowing();
    env->SetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()), reinterpret_cast<const jbyte*>(bytes.data()));
    return array;
}

template <class Opened>
jlong handle_of(std::unique_ptr<Opened> opened) {
    return static_cast<jlong>(reinterpret_cast<std::intptr_t>(opened.release()));
}

template <class Opened>
Opened& opened_at(JNIEnv* env, jlong handle, const char* what) {
    if (handle == 0) {
        raise(env, "invalid_input", std::string(what) + " is closed");
        throw JavaIsThrowing();
    }
    return *reinterpret_cast<Opened*>(handle);
}

template <class Function>
JNINativeMethod method(const char* name, const char* signature, Function* function) {
    // The JNI's own structure asks for mutable text and untyped functions.
    return {const_cast<char*>(name), const_cast<char*>(signature), reinterpret_cast<void*>(function)};
}

}  // namespace vitrina::crossing

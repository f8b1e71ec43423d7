// The border as the JVM sees it: io.vitrina.border.Native, method by method. The only file of the project that knows the JVM.
//
// Every entry is `guarded`: what C++ answers as an Error, throws, or is asked with a null, a Java exception says with code and text.
// Nothing here calls back into Java but to make exceptions and arrays, and nothing starts a thread. A handle is a pointer that the
// Java class hands out and closes exactly once, so it is valid whenever a method is called.
//
// To add a function: a line in `methods` below with its Java signature, and a native method of the same name in Native.java.

#include <jni.h>

#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/murmur2.hpp"
#include "border/border.hpp"
#include "border/records.hpp"

namespace {

using vitrina::Result;
using vitrina::border::Border;

constexpr const char* exception_class = "io/vitrina/border/BorderException";

// A Java exception is on its way already: leave everything and return to Java.
struct JavaIsThrowing {};

// Text for Java: what is no UTF-8 that JNI takes (zeros, four-byte letters) becomes "?".
std::string plain(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) c = '?';
    return out;
}

void raise(JNIEnv* env, const char* code, std::string_view message) noexcept {
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
    } catch (const vitrina::BrokenInvariant& broken) {
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

std::string bytes_of(JNIEnv* env, jbyteArray array, const char* what) {
    if (array == nullptr) {
        raise(env, "invalid_input", std::string(what) + " is null");
        throw JavaIsThrowing();
    }
    std::string bytes(static_cast<std::size_t>(env->GetArrayLength(array)), '\0');
    env->GetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()), reinterpret_cast<jbyte*>(bytes.data()));
    return bytes;
}

// A state that is not there yet is null in Java and empty here.
std::string state_of(JNIEnv* env, jbyteArray array) {
    return array == nullptr ? std::string() : bytes_of(env, array, "a state");
}

jbyteArray array_of(JNIEnv* env, std::string_view bytes) {
    vitrina::ensure(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<jsize>::max()),
                    "an answer is too long for Java");
    jbyteArray array = env->NewByteArray(static_cast<jsize>(bytes.size()));
    if (array == nullptr) throw JavaIsThrowing();
    env->SetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()), reinterpret_cast<const jbyte*>(bytes.data()));
    return array;
}

const Border& border_of(JNIEnv* env, jlong handle) {
    if (handle == 0) {
        raise(env, "invalid_input", "the border is closed");
        throw JavaIsThrowing();
    }
    return *reinterpret_cast<const Border*>(handle);
}

jlong open_border(JNIEnv* env, jclass, jbyteArray configuration) {
    return guarded(env, [&]() -> jlong {
        auto border =
            std::make_unique<Border>(or_throw(env, Border::open(bytes_of(env, configuration, "the configuration"))));
        return static_cast<jlong>(reinterpret_cast<std::intptr_t>(border.release()));
    });
}

void close_border(JNIEnv*, jclass, jlong handle) { delete reinterpret_cast<const Border*>(handle); }

jbyteArray event_store_key(JNIEnv* env, jclass, jlong handle, jbyteArray key) {
    return guarded(env, [&] {
        return array_of(env, or_throw(env, border_of(env, handle).event_store_key(bytes_of(env, key, "a key"))));
    });
}

jbyteArray fold_event(JNIEnv* env, jclass, jlong handle, jbyteArray key, jbyteArray hot, jbyteArray cold,
                      jbyteArray event, jlong appended_at) {
    return guarded(env, [&] {
        const auto fold = border_of(env, handle)
                              .fold_event(bytes_of(env, key, "a key"), state_of(env, hot), state_of(env, cold),
                                          bytes_of(env, event, "an event"), appended_at);
        return array_of(env, pack(or_throw(env, fold)));
    });
}

jbyteArray fold_facts(JNIEnv* env, jclass, jlong handle, jbyteArray key, jbyteArray state, jbyteArray facts) {
    return guarded(env, [&] {
        return array_of(env, or_throw(env, border_of(env, handle)
                                               .fold_facts(bytes_of(env, key, "a key"), state_of(env, state),
                                                           bytes_of(env, facts, "a record of facts"))));
    });
}

jbyteArray fold_delta(JNIEnv* env, jclass, jlong handle, jbyteArray key, jbyteArray state, jbyteArray delta) {
    return guarded(env, [&] {
        return array_of(env, or_throw(env, border_of(env, handle)
                                               .fold_delta(bytes_of(env, key, "a key"), state_of(env, state),
                                                           bytes_of(env, delta, "an item delta"))));
    });
}

jbyteArray fold_item_change(JNIEnv* env, jclass, jlong handle, jbyteArray key, jbyteArray entry, jbyteArray change,
                            jlong appended_at) {
    return guarded(env, [&] {
        return array_of(
            env, or_throw(env, border_of(env, handle)
                                   .fold_item_change(bytes_of(env, key, "a key"), state_of(env, entry),
                                                     bytes_of(env, change, "a change of an item"), appended_at)));
    });
}

// `texts` are topic, code, reason, key, record and state, any of them null.
jbyteArray dead_letter(JNIEnv* env, jclass, jint partition, jlong offset, jlong timestamp, jobjectArray texts) {
    return guarded(env, [&] {
        if (texts == nullptr || env->GetArrayLength(texts) != 6) {
            raise(env, "invalid_input", "a dead letter has six texts");
            throw JavaIsThrowing();
        }
        vitrina::border::DeadLetter letter;
        std::string* parts[] = {&letter.topic, &letter.code,   &letter.reason,
                                &letter.key,   &letter.record, &letter.state};
        for (jsize i = 0; i < 6; ++i) {
            auto text = static_cast<jbyteArray>(env->GetObjectArrayElement(texts, i));
            *parts[i] = state_of(env, text);
            env->DeleteLocalRef(text);
        }
        letter.partition = partition;
        letter.offset = offset;
        letter.timestamp = timestamp;
        return array_of(env, encode(letter));
    });
}

jint murmur2(JNIEnv* env, jclass, jbyteArray bytes) {
    return guarded(env, [&] { return static_cast<jint>(vitrina::murmur2(bytes_of(env, bytes, "a key"))); });
}

// The cheapest call that carries bytes both ways: what any crossing costs. For the benchmark.
jbyteArray echo(JNIEnv* env, jclass, jbyteArray bytes) {
    return guarded(env, [&] { return array_of(env, bytes_of(env, bytes, "an array")); });
}

// Breaks an invariant on purpose, so that a test can see what becomes of it.
void break_invariant(JNIEnv* env, jclass) {
    guarded(env, [] {
        vitrina::ensure(false, "broken on purpose");
        return 0;
    });
}

template <class Function>
JNINativeMethod method(const char* name, const char* signature, Function* function) {
    // The JNI's own structure asks for mutable text and untyped functions.
    return {const_cast<char*>(name), const_cast<char*>(signature), reinterpret_cast<void*>(function)};
}

}  // namespace

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* machine, void*) {
    constexpr jint version = JNI_VERSION_10;
    JNIEnv* env = nullptr;
    if (machine->GetEnv(reinterpret_cast<void**>(&env), version) != JNI_OK) return JNI_ERR;
    jclass type = env->FindClass("io/vitrina/border/Native");
    if (type == nullptr) return JNI_ERR;
    const JNINativeMethod methods[] = {
        method("open", "([B)J", open_border),
        method("close", "(J)V", close_border),
        method("eventStoreKey", "(J[B)[B", event_store_key),
        method("foldEvent", "(J[B[B[B[BJ)[B", fold_event),
        method("foldFacts", "(J[B[B[B)[B", fold_facts),
        method("foldDelta", "(J[B[B[B)[B", fold_delta),
        method("foldItemChange", "(J[B[B[BJ)[B", fold_item_change),
        method("deadLetter", "(IJJ[[B)[B", dead_letter),
        method("murmur2", "([B)I", murmur2),
        method("echo", "([B)[B", echo),
        method("breakInvariant", "()V", break_invariant),
    };
    if (env->RegisterNatives(type, methods, sizeof methods / sizeof *methods) != 0) return JNI_ERR;
    return version;
}

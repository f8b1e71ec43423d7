// The border as the JVM sees it: io.vitrina.border.Native, method by method. The only file of the project that knows the JVM.
//
// Every entry is `guarded`: what C++ answers as an Error, throws, or is asked with a null, a Java exception says with code and text.
// Nothing here calls back into Java but to make exceptions and arrays, and nothing starts a thread. A handle is a pointer that the
// Java class hands out and closes exactly once, so it is valid whenever a method is called.
//
// To add a function: a line in `methods` below with its Java signature, and a native method of the same name in Native.java.

#include <memory>
#include <string>

#include "base/murmur2.hpp"
#include "border/border.hpp"
#include "border/records.hpp"
#include "jvm/native/crossing.hpp"
#include "jvm/native/jobs_jni.hpp"
#include "jvm/native/lesson_jni.hpp"

namespace {

using vitrina::border::Border;
using namespace vitrina::crossing;

const Border& border_of(JNIEnv* env, jlong handle) { return opened_at<const Border>(env, handle, "the border"); }

jlong open_border(JNIEnv* env, jclass, jbyteArray configuration) {
    return guarded(env, [&]() -> jlong {
        return handle_of(
            std::make_unique<Border>(or_throw(env, Border::open(bytes_of(env, configuration, "the configuration")))));
    });
}

// NOLINTNEXTLINE(performance-no-int-to-ptr) a handle is a pointer in Java's widest number
void close_border(JNIEnv*, jclass, jlong handle) { delete reinterpret_cast<const Border*>(handle); }

jbyteArray event_store_key(JNIEnv* env, jclass, jlong handle, jbyteArray key) {
    return guarded(env, [&] {
        return array_of(env, or_throw(env, border_of(env, handle).event_store_key(bytes_of(env, key, "a key"))));
    });
}

// NOLINTBEGIN(readability-function-size) what a native method is given is the JVM's to say
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

jbyteArray fold_success(JNIEnv* env, jclass, jlong handle, jbyteArray key, jbyteArray shopper, jbyteArray event,
                        jlong appended_at) {
    return guarded(env, [&] {
        const auto fold = border_of(env, handle)
                              .fold_success(bytes_of(env, key, "a key"), state_of(env, shopper),
                                            bytes_of(env, event, "an event"), appended_at);
        return array_of(env, pack(or_throw(env, fold)));
    });
}

jbyteArray fold_shopper_records(JNIEnv* env, jclass, jlong handle, jbyteArray key, jbyteArray shopper,
                                jbyteArray records) {
    return guarded(env, [&] {
        const auto fold = border_of(env, handle)
                              .fold_shopper_records(bytes_of(env, key, "a key"), state_of(env, shopper),
                                                    bytes_of(env, records, "records of a shopper"));
        return array_of(env, pack(or_throw(env, fold)));
    });
}

jbyteArray fold_success_deltas(JNIEnv* env, jclass, jlong handle, jbyteArray key, jbyteArray state, jbyteArray deltas) {
    return guarded(env, [&] {
        return array_of(env, or_throw(env, border_of(env, handle)
                                               .fold_success_deltas(bytes_of(env, key, "a key"), state_of(env, state),
                                                                    bytes_of(env, deltas, "deltas of success"))));
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

// NOLINTEND(readability-function-size)

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
        method("foldSuccess", "(J[B[B[BJ)[B", fold_success),
        method("foldShopperRecords", "(J[B[B[B)[B", fold_shopper_records),
        method("foldSuccessDeltas", "(J[B[B[B)[B", fold_success_deltas),
        method("deadLetter", "(IJJ[[B)[B", dead_letter),
        method("murmur2", "([B)I", murmur2),
        method("echo", "([B)[B", echo),
        method("breakInvariant", "()V", break_invariant),
    };
    if (env->RegisterNatives(type, methods, sizeof methods / sizeof *methods) != 0) return JNI_ERR;
    return register_lessons(env) && register_jobs(env) ? version : JNI_ERR;
}

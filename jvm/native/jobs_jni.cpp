// Evaluation (border/shop_evaluation.hpp), states (border/shop_states.hpp) and recommendations for everybody (border/batch.hpp) as
// the JVM sees them: io.vitrina.border.NativeJobs, method by method. What holds for border_jni.cpp holds here; lists travel packed.

#include "jvm/native/jobs_jni.hpp"

#include <memory>
#include <string>
#include <vector>

#include "border/batch.hpp"
#include "border/packing.hpp"
#include "border/shop_evaluation.hpp"
#include "border/shop_states.hpp"
#include "jvm/native/crossing.hpp"

namespace {

using namespace vitrina::crossing;
using namespace vitrina::border;

template <class Opened>
jlong open_one(JNIEnv* env, jclass, jbyteArray configuration) {
    return guarded(env, [&]() -> jlong {
        return handle_of(
            std::make_unique<Opened>(or_throw(env, Opened::open(bytes_of(env, configuration, "the configuration")))));
    });
}

template <class Opened>
void close_one(JNIEnv*, jclass, jlong handle) {
    delete reinterpret_cast<Opened*>(handle);  // NOLINT(performance-no-int-to-ptr) a pointer in Java's widest number
}

void done(JNIEnv* env, const vitrina::Result<void>& result) {
    if (!result) or_throw<int>(env, std::unexpected(result.error()));
}

std::vector<std::string_view> parts_of(JNIEnv* env, const std::string& packed) {
    std::vector<std::string_view> parts;
    for (const auto& part : or_throw(env, unpack(packed))) parts.push_back(part.value_or(std::string_view()));
    return parts;
}

// NOLINTBEGIN(readability-function-size) what a native method is given is the JVM's to say
// `entries` and `records` are packed lists, either may be null.
void add_to_evaluation(JNIEnv* env, jclass, jlong handle, jbyteArray entries, jbyteArray records) {
    guarded(env, [&] {
        auto& evaluation = opened_at<ShopEvaluation>(env, handle, "an evaluation");
        const std::string all_entries = state_of(env, entries), all_records = state_of(env, records);
        for (const std::string_view entry : parts_of(env, all_entries)) done(env, evaluation.add_entry(entry));
        for (const std::string_view record : parts_of(env, all_records)) done(env, evaluation.add_record(record));
        return 0;
    });
}

jint cuts_of(JNIEnv* env, jclass, jlong handle) {
    return guarded(env,
                   [&] { return static_cast<jint>(opened_at<ShopEvaluation>(env, handle, "an evaluation").cuts()); });
}

jbyteArray evaluated(JNIEnv* env, jclass, jlong handle, jint cut) {
    return guarded(env, [&] {
        vitrina::ensure(cut >= 0, "an evaluation was asked for a cut below zero");
        auto& evaluation = opened_at<ShopEvaluation>(env, handle, "an evaluation");
        return array_of(env, or_throw(env, evaluation.evaluated(static_cast<std::size_t>(cut))));
    });
}

jbyteArray joined_cuts(JNIEnv* env, jclass, jbyteArray cuts) {
    return guarded(env, [&] {
        const std::string packed = bytes_of(env, cuts, "figures");
        const EvaluationReport report = or_throw(env, joined(parts_of(env, packed)));
        Packing packing;
        packing.add(report.json);
        packing.add(report.table);
        return array_of(env, packing.finish());
    });
}

jbyteArray fold_states(JNIEnv* env, jclass, jlong handle, jbyteArray records, jboolean last) {
    return guarded(env, [&] {
        auto& fold = opened_at<StateFold>(env, handle, "a fold of states");
        return array_of(env, or_throw(env, add_packed(fold, bytes_of(env, records, "records"), last == JNI_TRUE)));
    });
}

jbyteArray merge_states(JNIEnv* env, jclass, jlong handle, jbyteArray pieces, jboolean last) {
    return guarded(env, [&] {
        auto& merge = opened_at<StateMerge>(env, handle, "a merge of states");
        return array_of(env, or_throw(env, add_packed(merge, bytes_of(env, pieces, "pieces"), last == JNI_TRUE)));
    });
}

// All may be null: packed entries of the catalogue, a block of items, a piece of the model, its manifest.
void add_to_batch(JNIEnv* env, jclass, jlong handle, jbyteArray entries, jbyteArray items, jbyteArray model,
                  jbyteArray manifest) {
    guarded(env, [&] {
        auto& batch = opened_at<Batch>(env, handle, "a batch");
        const std::string all_entries = state_of(env, entries);
        for (const std::string_view entry : parts_of(env, all_entries)) done(env, batch.add_entry(entry));
        if (items != nullptr) done(env, batch.add_item_states(bytes_of(env, items, "a block of items")));
        if (model != nullptr) done(env, batch.add_model_bytes(bytes_of(env, model, "a piece of a model")));
        if (manifest != nullptr) done(env, batch.take_manifest(bytes_of(env, manifest, "a manifest")));
        return 0;
    });
}

jbyteArray answers_of(JNIEnv* env, jclass, jlong handle, jbyteArray people) {
    return guarded(env, [&] {
        auto& batch = opened_at<Batch>(env, handle, "a batch");
        return array_of(env, or_throw(env, batch.answers(bytes_of(env, people, "a block of people"))));
    });
}

// NOLINTEND(readability-function-size)

}  // namespace

bool register_jobs(JNIEnv* env) {
    jclass type = env->FindClass("io/vitrina/border/NativeJobs");
    if (type == nullptr) return false;
    const JNINativeMethod methods[] = {
        method("openEvaluation", "([B)J", open_one<ShopEvaluation>),
        method("closeEvaluation", "(J)V", close_one<ShopEvaluation>),
        method("addToEvaluation", "(J[B[B)V", add_to_evaluation),
        method("cuts", "(J)I", cuts_of),
        method("evaluated", "(JI)[B", evaluated),
        method("joined", "([B)[B", joined_cuts),
        method("openFold", "([B)J", open_one<StateFold>),
        method("closeFold", "(J)V", close_one<StateFold>),
        method("fold", "(J[BZ)[B", fold_states),
        method("openMerge", "([B)J", open_one<StateMerge>),
        method("closeMerge", "(J)V", close_one<StateMerge>),
        method("merge", "(J[BZ)[B", merge_states),
        method("openBatch", "([B)J", open_one<Batch>),
        method("closeBatch", "(J)V", close_one<Batch>),
        method("addToBatch", "(J[B[B[B[B)V", add_to_batch),
        method("answers", "(J[B)[B", answers_of),
    };
    return env->RegisterNatives(type, methods, sizeof methods / sizeof *methods) == 0;
}

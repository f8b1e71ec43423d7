// History (border/history.hpp) and training (border/lesson.hpp, border/ials_blocks.hpp) as the JVM sees them:
// io.vitrina.border.NativeLesson, method by method. What holds for border_jni.cpp holds here; lists travel packed.

#include "jvm/native/lesson_jni.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "border/border.hpp"
#include "border/history.hpp"
#include "border/ials_blocks.hpp"
#include "border/lesson.hpp"
#include "border/packing.hpp"
#include "jvm/native/crossing.hpp"

namespace {

using namespace vitrina::crossing;
using namespace vitrina::border;

// What `Lesson.block` in Java asks for; relations of co-visitation follow.
enum BlockKind : jint { epochs = -1, people_pairs = 0, item_pairs = 1, first_item_factors = 2, first_relation = 3 };

// What does not fit into one array of Java crosses in pieces.
struct OpenedLesson {
    explicit OpenedLesson(Lesson opened) : lesson(std::move(opened)) {}
    Lesson lesson;
    std::string crossing;  // a history or a model on its way
};

// Parts of a packed list; nothing counts as empty.
std::vector<std::string_view> parts_of(JNIEnv* env, const std::string& packed) {
    std::vector<std::string_view> parts;
    for (const auto& part : or_throw(env, unpack(packed))) parts.push_back(part.value_or(std::string_view()));
    return parts;
}

OpenedLesson& opened_lesson(JNIEnv* env, jlong handle) { return opened_at<OpenedLesson>(env, handle, "a lesson"); }
Lesson& lesson_at(JNIEnv* env, jlong handle) { return opened_lesson(env, handle).lesson; }

// NOLINTBEGIN(readability-function-size) what a native method is given is the JVM's to say
jbyteArray history_record_of(JNIEnv* env, jclass, jlong border, jbyteArray key, jbyteArray event, jlong appended_at) {
    return guarded(env, [&] {
        const auto& opened = opened_at<const Border>(env, border, "the border");
        const SortedRecord record = or_throw(
            env, history_record(opened, bytes_of(env, key, "a key"), bytes_of(env, event, "an event"), appended_at));
        Packing packing;
        packing.add(record.sorting_key);
        packing.add_number(static_cast<std::uint32_t>(record.day));
        packing.add(record.record);
        return array_of(env, packing.finish());
    });
}

jbyteArray sorting_key_of(JNIEnv* env, jclass, jbyteArray group, jlong time, jbyteArray id) {
    return guarded(env, [&] {
        return array_of(env, sorting_key(bytes_of(env, group, "a group"), time, bytes_of(env, id, "an event's id")));
    });
}

jlong open_history(JNIEnv* env, jclass) {
    return guarded(env, [&]() -> jlong { return handle_of(std::make_unique<VisitorHistory>()); });
}

// NOLINTNEXTLINE(performance-no-int-to-ptr) a handle is a pointer in Java's widest number
void close_history(JNIEnv*, jclass, jlong handle) { delete reinterpret_cast<VisitorHistory*>(handle); }

jbyteArray add_to_history(JNIEnv* env, jclass, jlong handle, jbyteArray packed, jboolean last) {
    return guarded(env, [&] {
        auto& history = opened_at<VisitorHistory>(env, handle, "a history");
        return array_of(env, or_throw(env, add_packed(history, bytes_of(env, packed, "records"), last == JNI_TRUE)));
    });
}

jlong open_lesson(JNIEnv* env, jclass, jbyteArray configuration) {
    return guarded(env, [&]() -> jlong {
        return handle_of(std::make_unique<OpenedLesson>(
            or_throw(env, Lesson::open(bytes_of(env, configuration, "the configuration")))));
    });
}

// NOLINTNEXTLINE(performance-no-int-to-ptr) likewise
void close_lesson(JNIEnv*, jclass, jlong handle) { delete reinterpret_cast<OpenedLesson*>(handle); }

// `entries` and `records` are packed lists, either may be null.
void add_to_lesson(JNIEnv* env, jclass, jlong handle, jbyteArray entries, jbyteArray records) {
    guarded(env, [&] {
        auto& lesson = lesson_at(env, handle);
        const std::string all_entries = state_of(env, entries), all_records = state_of(env, records);
        for (const std::string_view entry : parts_of(env, all_entries))
            if (auto added = lesson.add_entry(entry); !added) or_throw<int>(env, std::unexpected(added.error()));
        for (const std::string_view record : parts_of(env, all_records))
            if (auto added = lesson.add_record(record); !added) or_throw<int>(env, std::unexpected(added.error()));
        return 0;
    });
}

// How many bytes the history has, which `piece` then answers.
jlong assemble(JNIEnv* env, jclass, jlong handle) {
    return guarded(env, [&] {
        OpenedLesson& opened = opened_lesson(env, handle);
        opened.crossing = or_throw(env, opened.lesson.assembled());
        return static_cast<jlong>(opened.crossing.size());
    });
}

// A piece of what crosses; behind its end nothing, and it is forgotten.
jbyteArray piece(JNIEnv* env, jclass, jlong handle, jlong offset, jint length) {
    return guarded(env, [&] {
        OpenedLesson& opened = opened_lesson(env, handle);
        const auto at = static_cast<std::size_t>(offset);
        if (offset < 0 || length <= 0 || at >= opened.crossing.size()) {
            opened.crossing = std::string();
            return array_of(env, {});
        }
        return array_of(env, std::string_view(opened.crossing).substr(at, static_cast<std::size_t>(length)));
    });
}

// Null behind the last piece: the history is whole then.
void take_history(JNIEnv* env, jclass, jlong handle, jbyteArray next) {
    guarded(env, [&] {
        OpenedLesson& opened = opened_lesson(env, handle);
        if (next != nullptr) {
            opened.crossing += bytes_of(env, next, "a history");
            return 0;
        }
        const std::string history = std::exchange(opened.crossing, {});
        if (auto taken = opened.lesson.take_history(history); !taken)
            or_throw<int>(env, std::unexpected(taken.error()));
        return 0;
    });
}

// How many blocks there are of a kind; epochs of iALS for the kind below all of them.
jint blocks(JNIEnv* env, jclass, jlong handle, jint kind) {
    return guarded(env, [&] {
        const auto& lesson = lesson_at(env, handle);
        if (kind == epochs) return static_cast<jint>(lesson.epochs());
        if (kind >= first_relation) return static_cast<jint>(lesson.covisit_blocks());
        return static_cast<jint>(kind == people_pairs ? lesson.people_blocks() : lesson.item_blocks());
    });
}

jbyteArray block(JNIEnv* env, jclass, jlong handle, jint kind, jint number) {
    return guarded(env, [&] {
        auto& lesson = lesson_at(env, handle);
        vitrina::ensure(kind >= 0 && number >= 0, "a lesson was asked for a block below zero");
        const auto at = static_cast<std::size_t>(number);
        if (kind == people_pairs) return array_of(env, lesson.people_pairs(at));
        if (kind == item_pairs) return array_of(env, lesson.item_pairs(at));
        if (kind == first_item_factors) return array_of(env, lesson.first_item_factors(at));
        return array_of(env, lesson.covisit_rows(static_cast<std::size_t>(kind - first_relation), at));
    });
}

// Version and manifest; the model then crosses by `piece`. `rows` holds all blocks of rows of all relations, or none; factors and basis are null where iALS runs here.
jbyteArray trained(JNIEnv* env, jclass, jlong handle, jbyteArray factors, jbyteArray basis_bytes, jbyteArray rows) {
    return guarded(env, [&] {
        OpenedLesson& opened = opened_lesson(env, handle);
        const std::string all_factors = state_of(env, factors), by = state_of(env, basis_bytes),
                          all_rows = state_of(env, rows);
        LessonModel model =
            or_throw(env, opened.lesson.trained({parts_of(env, all_factors), by, parts_of(env, all_rows)}));
        Packing packing;
        packing.add(model.version);
        packing.add(model.manifest);
        opened.crossing = std::move(model.bytes);
        return array_of(env, packing.finish());
    });
}

jbyteArray published(JNIEnv* env, jclass, jbyteArray manifest, jbyteArray path, jlong file_bytes) {
    return guarded(env, [&] {
        return array_of(
            env, or_throw(env, published_model(bytes_of(env, manifest, "a manifest"), bytes_of(env, path, "a path"),
                                               static_cast<std::uint64_t>(file_bytes))));
    });
}

jbyteArray gram_of(JNIEnv* env, jclass, jbyteArray factors) {
    return guarded(env, [&] { return array_of(env, or_throw(env, gram(bytes_of(env, factors, "factors")))); });
}

jbyteArray basis_of(JNIEnv* env, jclass, jbyteArray grams) {
    return guarded(env, [&] {
        const std::string packed = bytes_of(env, grams, "Gram matrices");
        return array_of(env, or_throw(env, basis(parts_of(env, packed))));
    });
}

jbyteArray turned_by(JNIEnv* env, jclass, jbyteArray factors, jbyteArray by) {
    return guarded(env, [&] {
        return array_of(env, or_throw(env, turned(bytes_of(env, factors, "factors"), bytes_of(env, by, "a basis"))));
    });
}

jlong open_half_step(JNIEnv* env, jclass, jbyteArray configuration, jbyteArray by) {
    return guarded(env, [&]() -> jlong {
        const auto read = or_throw(env, read_lesson_configuration(bytes_of(env, configuration, "the configuration")));
        return handle_of(std::make_unique<HalfStep>(
            or_throw(env, HalfStep::open(read.recipe.ials, bytes_of(env, by, "a basis"), read.memory_mb))));
    });
}

// NOLINTNEXTLINE(performance-no-int-to-ptr) likewise
void close_half_step(JNIEnv*, jclass, jlong handle) { delete reinterpret_cast<HalfStep*>(handle); }

void add_to_half_step(JNIEnv* env, jclass, jlong handle, jbyteArray factors) {
    guarded(env, [&] {
        auto& step = opened_at<HalfStep>(env, handle, "a half-step");
        if (auto added = step.add(bytes_of(env, factors, "factors")); !added)
            or_throw<int>(env, std::unexpected(added.error()));
        return 0;
    });
}

// Factors and their Gram matrix, packed.
jbyteArray solve_in_half_step(JNIEnv* env, jclass, jlong handle, jbyteArray pairs) {
    return guarded(env, [&] {
        auto& step = opened_at<HalfStep>(env, handle, "a half-step");
        const HalfStep::Solved solved = or_throw(env, step.solve(bytes_of(env, pairs, "pairs")));
        Packing packing;
        packing.add(solved.factors);
        packing.add(solved.gram);
        return array_of(env, packing.finish());
    });
}

// NOLINTEND(readability-function-size)

}  // namespace

bool register_lessons(JNIEnv* env) {
    jclass type = env->FindClass("io/vitrina/border/NativeLesson");
    if (type == nullptr) return false;
    const JNINativeMethod methods[] = {
        method("historyRecord", "(J[B[BJ)[B", history_record_of),
        method("sortingKey", "([BJ[B)[B", sorting_key_of),
        method("openHistory", "()J", open_history),
        method("closeHistory", "(J)V", close_history),
        method("addToHistory", "(J[BZ)[B", add_to_history),
        method("openLesson", "([B)J", open_lesson),
        method("closeLesson", "(J)V", close_lesson),
        method("add", "(J[B[B)V", add_to_lesson),
        method("assemble", "(J)J", assemble),
        method("piece", "(JJI)[B", piece),
        method("takeHistory", "(J[B)V", take_history),
        method("blocks", "(JI)I", blocks),
        method("block", "(JII)[B", block),
        method("trained", "(J[B[B[B)[B", trained),
        method("published", "([B[BJ)[B", published),
        method("gram", "([B)[B", gram_of),
        method("basis", "([B)[B", basis_of),
        method("turned", "([B[B)[B", turned_by),
        method("openHalfStep", "([B[B)J", open_half_step),
        method("closeHalfStep", "(J)V", close_half_step),
        method("addToHalfStep", "(J[B)V", add_to_half_step),
        method("solve", "(J[B)[B", solve_in_half_step),
    };
    return env->RegisterNatives(type, methods, sizeof methods / sizeof *methods) == 0;
}

#pragma once
// Learns what session kNN looks up: past sessions, newest last, and for each item the newest sessions that hold it.
//
// A session is a basket of a person with at least two distinct items; its newest `session_items` entries count, repeats in a row
// once. Its weight is exp(−age / recency_days), age before the newest session.
// Writes the sections that candidates/session_knn.hpp reads. Threads: none of its own.
// Cost: one sort of the sessions; memory 4 bytes an entry and 4 a posting (at most `sessions_an_item` an item).
// Source: VMIS-kNN (Kersbergen, Sprangers, Schelter 2022), VSTAN (Ludewig, Mauro, Latifi, Jannach 2021), in the letters of QUALITY.md.

#include "model/model.hpp"
#include "training/history.hpp"
#include "training/recipe.hpp"

namespace vitrina::training {

void train_session_knn(const History& history, const SessionKnnRecipe& recipe, model::ModelBuilder& builder);

}  // namespace vitrina::training

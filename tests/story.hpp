#pragma once
// A behaviour of the whole as a text that a merchandiser can read and write, played through folds, trends, training and answers in
// one process without server, disk or clock.
//
//   # what the story shows                                    a comment
//   item   mug  price=4.50 stock=0 category="kitchen > mugs"  puts an item; also brand= group= title= title.ru= hidden created=3/00:00
//   remove mug                                                takes it out of the catalogue
//   placement home diversity=category:1 sources=popular       changes a placement; also exclude_purchased=30d weights=popular:2
//   event  09:00  ann  purchase  mug,lamp  user=u1 order=o1   something happens; ann*20 is twenty persons, ann1 … ann20
//   train                                                     learns a model from all events so far
//   ask    09:10  eve  placement=home k=2                     asks; also item= cart= exclude= candidates= recent= category=
//   ----                                                        filter={…} user= locale= strict
//   lamp   popular                                            expected: item and reason's code, in order
//   nothing nothing_passes                                    or nothing, and why
//   relaxed diversity                                         and what gave way
// A time is hour and minute of the first day, or day/hour: 40/09:00. Expectations end at an empty line.

#include <string>

namespace vitrina::story {

// Empty when everything was as told; else line, what was expected and what came.
std::string play(const std::string& text);

}  // namespace vitrina::story

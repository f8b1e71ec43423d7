#pragma once
// How many units an experiment needs, and what it could see with those it gets. Two arms of equal size, a two-sided test, normal
// approximation.
//
// Units are real numbers here: round up before promising anything.
// Threads: pure functions.
// Preconditions: 0 < alpha < 1, 0 < power < 1; rates and effects as each function says.
// Source: any text on sample sizes, for example Lehr 1992 and van Belle 2008, chapter 2, from which its rule of sixteen follows.

namespace vitrina::experiment {

struct Test {
    double alpha = 0.05;
    double power = 0.8;
};

// In each arm, to see a mean move by `effect` (not 0), where one unit varies by so much in either arm.
double units_an_arm(double control_variance, double treated_variance, double effect, const Test& test = {});

// In each arm, to see the share `rate` of units that do something become rate · (1 + lift). Precondition: both within (0, 1), lift ≠ 0.
double units_an_arm_of_rate(double rate, double lift, const Test& test = {});

// The smallest effect that so many units an arm (above 0) would show with the test's power.
double detectable_effect(double control_variance, double treated_variance, double units, const Test& test = {});

}  // namespace vitrina::experiment

#include "feedback/attribution.hpp"

namespace vitrina::feedback {

Attribution::Attribution(const Settings& rules, const TokenSigner& signer)
    : settings(rules), read_id([signer](std::string_view id) -> std::optional<Answered> {
          const auto token = signer.read(id);
          if (!token) return std::nullopt;
          return Answered{token->time, token->placement, token->variant};
      }) {}

Records Attribution::records_of(const event::Event& event) const {
    return feedback::records_of(event, read_id, settings.rules.view_through);
}

}  // namespace vitrina::feedback

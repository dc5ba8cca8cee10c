# Somebody watches the guest's account: a hold on their card would show where they are. So the program that wants the
# guest's own card is no option, unless the desk agreed in writing to take none.
scene 'A watched account, and a program that wants the guest'\''s card'
ask juno '{"alias": "Fennel Ash", "place": {"postal_code": "70112"}, "nights": 2, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "has_card": true, "account_watched": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
refused 'hotels that want the card are refused' '[.items[] | select(any(.why_not[]; .reason == "guest_card_watched"))] | length == 2'
choose juno 1
follow juno confirmed

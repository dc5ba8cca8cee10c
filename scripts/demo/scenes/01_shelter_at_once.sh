# A specialized shelter near has beds on every night; its people accept the referral.
scene 'A shelter is found at once'
ask juno '{"alias": "Marigold Ash", "place": {"postal_code": "60608"}, "nights": 3, "households": [{"adults": 1}],
    "gender": "women", "languages": ["es"], "wishes": ["trafficking"], "id_documents": ["consular_id"],
    "max_distance_m": 25000, "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
offered 'a specialized shelter comes first' '.items[0].class == "specialized"'
choose juno 1
accept desk101
follow juno confirmed
reveal juno

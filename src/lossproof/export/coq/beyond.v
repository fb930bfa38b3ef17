
(* An optimum beside another sum; one whose likelihood is a product of products. *)
Ltac optimum_by_rules s := apply (rising _ _ _ _ s); [ positive | equal_by_rules ].
Ltac optimum_falls_by_rules s := optimum_by_rules s.
Ltac optimum_of_log_by_rules s := apply (rising_log _ _ _ _ s); [ positive | positive | positive | equal_by_rules ].

(* Sums over classes with their logarithm: taken apart at once, before anything is multiplied out. *)
Ltac equal_of_classes := first [ logs_of_classes | gather; under; logs_of_classes | equal_by_rules ].

(* One sum over samples and terms beside it. *)
Ltac equal_beside := first [ split_logs; same_sums; by_field | equal_by_rules ].

(* Functions between 0 and 1, and the bell curve: each a letter, so that 2 n^2 e - 2 n e is seen to be negative. *)
Ltac as_letters := repeat match goal with
  | H : forall x : R, 0 < ?f x, K : forall x : R, ?f x < 1 |- context [?f ?x] =>
      let n := fresh "n" in pose proof (H x); pose proof (K x); set (n := f x) in *; clearbody n
  | |- context [exp ?x] => let e := fresh "e" in pose proof (exp_pos x); set (e := exp x) in *; clearbody e
  end.
Ltac away_from_zero := first
  [ positive
  | apply Rlt_not_eq; match goal with A : 0 < ?n, B : ?n < 1, C : 0 < ?e |- _ =>
      assert (0 < sqrt PI * e * (n * (1 - n)))
        by (apply Rmult_lt_0_compat; [ apply Rmult_lt_0_compat; [ positive | exact C ] | apply Rmult_lt_0_compat; lra ]);
      lra end ].
Ltac bell := cbv beta; exponentials; laws; roots; as_letters;
  field_simplify_eq; [ ring_simplify; rewrite ?root_two; ring | repeat split; away_from_zero ].
Ltac equal_of_bells := unfold_named; first [ bell | gather; under; bell ].
